"""From a message or a moment of truth to an improvement that is registered already."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from core.errors import Conflict, Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Write, staff_page
from value.routes import words
from value.routes.forms import errors_of, sent
from value.rules.forms import Form, one
from value.service import linking as service
from value.service.known import known_to

NAV = "improvements"


@get("/improvements/link")
async def link_form(
    request: AnyRequest, read: Read, manager: Manager, feedback: FromQuery[str] = "", moment: FromQuery[str] = ""
) -> Response[str]:
    return await _page(request, read, manager, {"feedback": feedback, "moment": moment})


async def _page(
    request: AnyRequest,
    session: Any,
    manager: Any,
    named: dict[str, str],
    status: int = 200,
    wrong: Invalid | None = None,
    conflict: str = "",
) -> Response[str]:
    there, others = await service.candidates(session, manager.scope, named)
    page: dict[str, Any] = {
        "there": there,
        "others": others,
        "named": {name: id_ for name, id_ in named.items() if id_},
        "back": f"/feedback/inbox/{named['feedback']}" if named["feedback"] else f"/moments/{named['moment']}",
        "back_label": _("The message") if named["feedback"] else _("The moment of truth"),
        "known": await known_to(session, manager.scope),
        "states": words.state_names(),
        "errors": errors_of(wrong),
        "conflict": conflict,
    }
    return staff_page(request, manager, "value/link.html", status, nav=NAV, **page)


@post("/improvements/link", status_code=303)
async def link(request: AnyRequest, write: Write, manager: Manager) -> Response[str] | Redirect:
    form = await sent(request)
    named = {name: one(form, name) for name in ("feedback", "moment")}
    try:
        if one(form, "do") == "off":
            await service.take_off(write, manager.scope, manager.name, named, _chosen(form) or UUID(int=0))
            return Redirect(f"/improvements/link?{_query(named)}", status_code=303)
        made = await service.hang_on(write, manager.scope, manager.name, named, _chosen(form))
    except Invalid as wrong:
        return await _page(request, write, manager, named, 422, wrong=wrong)
    except Conflict as other:
        return await _page(request, write, manager, named, 409, conflict=other.message)
    return Redirect(f"/improvements/{made.id}", status_code=303)


def _chosen(form: Form) -> UUID | None:
    try:
        return UUID(one(form, "improvement"))
    except ValueError:
        return None


def _query(named: dict[str, str]) -> str:
    return "&".join(f"{name}={id_}" for name, id_ in named.items() if id_)
