"""One matter of one person as one story: for those who look after the customer, and for their programs."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from analysis.routes import matter_pictures, matter_words, words
from analysis.schemas.matters import Matters, WholeMatter
from analysis.service.whole_matters import newest_matters, numbered_ticket, one_matter
from core import clock
from core.auth.schemas import Principal
from core.db import Session
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import own_name
from core.requests import AnyRequest, Manager, Read, staff_page
from feedback.queries.inbox import desk_of
from feedback.schemas import Desk
from journeys.queries import places

LONGEST_NUMBER = 200
UNKNOWN = 404


async def _desk(session: Session, manager: Principal) -> Desk:
    return await desk_of(session, manager.name, manager.scope)


async def _names(session: Session) -> dict[str, str]:
    return words.touchpoint_names(await places.touchpoints(session))


async def _named(session: Session, manager: Principal) -> dict[str, dict[str, str]]:
    """Services and customers by key, in the reader's language."""
    customers, services = await places.customers_in(session, manager.scope), await places.services(session)
    return {
        "services": {one.key: own_name(one.name) for one in services},
        "customers": {one.key: own_name(one.name) for one in customers},
    }


@get("/matters")
async def matters(
    request: AnyRequest, read: Read, manager: Manager, ticket: FromQuery[str] = "", touchpoint: FromQuery[str] = ""
) -> Response[Any]:
    """Matters that crossed several value streams, those that passed a touchpoint, or the one of a ticket."""
    desk, names = await _desk(read, manager), await _names(read)
    number = ticket.strip()[:LONGEST_NUMBER]
    found = await numbered_ticket(read, desk, number) if number else None
    if found:
        return Redirect(f"/matters/{found}", status_code=303)
    if touchpoint and touchpoint not in names:
        raise NotFound(_("There is nothing here"))
    page: dict[str, Any] = {
        "found": await newest_matters(read, desk, touchpoint),
        "number": number,
        "error": _("No ticket of that number is known among your customers.") if number else None,
        "touchpoint": touchpoint,
        "names": names,
        "told": matter_words,
        **await _named(read, manager),
        "words": words,
    }
    return staff_page(request, manager, "analysis/matters.html", UNKNOWN if number else 200, nav="matters", **page)


@get("/matters/{part:uuid}")
async def matter(request: AnyRequest, read: Read, manager: Manager, part: FromPath[UUID]) -> Response[str]:
    found = await one_matter(read, await _desk(read, manager), part)
    strands = matter_words.strand_names(found)
    page: dict[str, Any] = {
        "found": found,
        "part": part,
        "strands": strands,
        "picture": matter_pictures.strands(found, strands, clock.now()),
        "names": await _names(read),
        "told": matter_words,
        **await _named(read, manager),
        "words": words,
    }
    return staff_page(request, manager, "analysis/matter.html", nav="matters", **page)


@get("/")
async def list_matters(read: Read, manager: Manager, touchpoint: FromQuery[str] = "") -> Matters:
    """The newest matters that crossed several value streams, or that passed a touchpoint; without their entries."""
    if touchpoint and touchpoint not in await _names(read):
        raise NotFound(_("There is nothing here"))
    return await newest_matters(read, await _desk(read, manager), touchpoint)


@get("/{part:uuid}")
async def matter_of(read: Read, manager: Manager, part: FromPath[UUID]) -> WholeMatter:
    """The matter that a ticket or a signed message is part of, with all that happened in it."""
    return await one_matter(read, await _desk(read, manager), part)
