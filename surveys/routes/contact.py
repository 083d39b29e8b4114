"""People who said that they may be contacted: the one place where an answer stands beside who gave it."""

from typing import Any

from litestar import Response, Router, get

from core.requests import AnyRequest, Manager, Read, staff_page
from surveys import queries
from surveys.routes.editor_words import constructs

NEWEST = 100


@get("/contact")
async def contact(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    willing = await queries.willing(read, manager.scope, NEWEST)
    context: dict[str, Any] = {"willing": willing, "newest": NEWEST, "constructs": dict(constructs())}
    return staff_page(request, manager, "surveys/contact.html", nav="contact", **context)


router = Router("/", route_handlers=[contact], include_in_schema=False)
