"""Doors: the page for everybody, the inbox for managers, the interface for programs."""

from litestar import Router

from feedback.routes.api import list_feedback, post_feedback
from feedback.routes.inbox import inbox
from feedback.routes.page import form, send

public = Router("/", route_handlers=[form, send], opt={"exclude_from_csrf": True}, include_in_schema=False)
staff = Router("/", route_handlers=[inbox], include_in_schema=False)
api = Router("/api/v1", route_handlers=[list_feedback, post_feedback], opt={"exclude_from_csrf": True})
routers = [public, staff, api]
