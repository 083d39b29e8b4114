"""The entrances of the place floor from HTTP."""

from journeys.routes.api import router
from journeys.routes.hook_pages import hook_pages
from journeys.routes.hooks import hook_router
from journeys.routes.journey_pages import journey_pages
from journeys.routes.names import names_pages

routers = [router, hook_router, hook_pages, journey_pages, names_pages]
