"""People who said that they may be contacted: the one place where an answer stands beside who gave it."""

from litestar import Response, Router, get

from core.requests import AnyRequest, Manager, Read, staff_page
from surveys import queries

NEWEST = 100


@get("/contact")
async def contact(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    willing = await queries.willing(read, manager.scope, NEWEST)
    return staff_page(request, manager, "surveys/contact.html", nav="contact", willing=willing, newest=NEWEST)


router = Router("/", route_handlers=[contact], include_in_schema=False)
