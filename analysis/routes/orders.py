"""Packs by mail: what was ordered, another order, and the page on which a reader ends them."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from analysis.models import Rhythm
from analysis.queries import orders as queries
from analysis.service import orders as service
from analysis.service.filters import offered
from core.auth.models import Role
from core.errors import Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Viewer, Write, public_page, staff_page

PAGE = "/reports/schedule"
FIELDS = ("customer", "rhythm", "role", "language")


@get(PAGE)
async def schedule(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    return await _page(request, read, manager, {"role": Role.MANAGER, "rhythm": Rhythm.MONTHLY})


@post(PAGE, status_code=303)
async def order(request: AnyRequest, write: Write, manager: Manager) -> Response[str] | Redirect:
    sent: Any = await request.form()
    form = {name: str(sent.get(name, "")) for name in FIELDS}
    offer = await offered(write, manager.scope)
    try:
        await service.order(write, manager.scope, manager.name, form, dict(offer.customers))
    except Invalid as wrong:
        return await _page(request, write, manager, form, wrong)
    return Redirect(f"{PAGE}?done=ordered", status_code=303)


@post(f"{PAGE}/{{order_id:uuid}}/end", status_code=303)
async def end(write: Write, manager: Manager, order_id: FromPath[UUID]) -> Redirect:
    await service.end(write, manager.scope, manager.name, order_id)
    return Redirect(f"{PAGE}?done=ended", status_code=303)


@post(f"{PAGE}/mine", status_code=303)
async def mine(request: AnyRequest, write: Write, viewer: Viewer) -> Redirect:
    """Whether one wants them oneself."""
    form: Any = await request.form()
    if viewer.user:
        await service.want(write, viewer.user, form.get("wanted") == "yes")
    return Redirect(PAGE if viewer.is_manager else "/account", status_code=303)


async def _page(
    request: AnyRequest, session: Any, manager: Any, form: dict[str, str], wrong: Invalid | None = None
) -> Response[str]:
    offer = await offered(session, manager.scope)
    page: dict[str, Any] = {
        "orders": await queries.orders(session, manager.scope),
        "customers": offer.customers,
        "rhythms": rhythm_names(),
        "roles": role_names(),
        "languages": {"zh": "中文", "en": "English"},
        "form": form,
        "errors": {one.field: one.message for one in wrong.errors} if wrong else {},
        "done": request.query_params.get("done", ""),
        "unwanted": bool(manager.user and await queries.is_unwanted(session, manager.user)),
    }
    return staff_page(request, manager, "analysis/schedule.html", 422 if wrong else 200, nav="report", **page)


def rhythm_names() -> dict[str, str]:
    return {
        Rhythm.MONTHLY: _("every month, on the 3rd"),
        Rhythm.QUARTERLY: _("every quarter, on the 3rd of its first month"),
        Rhythm.REVIEW: _("three days before each service review"),
    }


def role_names() -> dict[str, str]:
    return {Role.MANAGER: _("managers of the customer"), Role.CUSTOMER: _("the customer’s own readers")}


@get("/reports/mails/{token:str}")
async def choose(request: AnyRequest, read: Read, token: FromPath[str]) -> Response[str]:
    """Shows only: mail scanners follow links too."""
    user = await service.user_behind(read, token[:100])
    return public_page(request, "analysis/mails_off.html", off=await queries.is_unwanted(read, user.id))


@post("/reports/mails/{token:str}", status_code=200)
async def decide(request: AnyRequest, write: Write, token: FromPath[str]) -> Response[str]:
    """Also what a mail program sends when its reader presses "unsubscribe" (RFC 8058)."""
    user = await service.user_behind(write, token[:100])
    form: Any = await request.form()
    wanted = form.get("wanted") == "yes"
    await service.want(write, user.id, wanted)
    return public_page(request, "analysis/mails_off.html", off=not wanted)
