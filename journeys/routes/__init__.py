"""The entrances of the place floor from HTTP."""

from journeys.routes.api import router
from journeys.routes.hook_pages import hook_pages
from journeys.routes.hooks import hook_router

routers = [router, hook_router, hook_pages]
