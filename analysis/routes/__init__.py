"""Doors: the pages of a relationship manager, and the same reports for programs."""

from litestar import Router
from litestar.di import Provide

from analysis.routes import api, pages
from analysis.routes.asking import provide_wish

WISH = {"wish": Provide(provide_wish, sync_to_thread=False)}
staff = Router(
    "/", route_handlers=[pages.report, pages.journey, pages.flow], dependencies=WISH, include_in_schema=False
)
programs = Router(
    "/api/v1/reports",
    route_handlers=[api.experience, api.flow, api.response_rate],
    dependencies=WISH,
    opt={"exclude_from_csrf": True},
)
routers: list[Router] = [staff, programs]
