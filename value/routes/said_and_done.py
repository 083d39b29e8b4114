"""What was said and what was done: for everybody, without an account."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from core.errors import NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, public_page
from value.routes import pictures, words
from value.service.telling import customer_of_address
from value.service.viewing import made_for


@get("/said-and-done")
async def said_and_done(request: AnyRequest, read: Read) -> Response[str]:
    return await _page(request, read, "", "")


@get("/said-and-done/{address:str}")
async def said_and_done_for(request: AnyRequest, read: Read, address: FromPath[str]) -> Response[str]:
    """Of one customer, behind an address that they were given."""
    customer = customer_of_address(address[:200])
    if not customer:
        raise NotFound(_("There is nothing here"))
    return await _page(request, read, customer, address)


async def _page(request: AnyRequest, read: Any, customer: str, address: str) -> Response[str]:
    found = await made_for(read, customer)
    page: dict[str, Any] = {
        "made": [(one, pictures.both(one.picture)) for one in found.made],
        "customer": found.customer_name,
        "share": found.share,
        "words": words,
    }
    return public_page(request, "value/said_and_done.html", **page)
