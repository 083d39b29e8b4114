"""The entrance of the place floor from HTTP."""

from journeys.routes.api import router

routers = [router]
