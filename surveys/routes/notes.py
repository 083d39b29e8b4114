"""Notes of meetings: what was said in a service review or a focus group, one voice a point."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import i18n
from core.auth.schemas import Principal
from core.clock import now
from core.db import Session
from core.errors import Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Write, staff_page
from journeys.queries import places
from surveys.routes.forms import sent_by
from surveys.rules.elsewhere import MOST_POINTS, note
from surveys.schemas import Meeting
from surveys.service.elsewhere import SECOND_THOUGHTS, take_back, take_note


@get("/notes")
async def notes(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    return await _page(request, read, manager, {})


@post("/notes", status_code=303)
async def write_down(request: AnyRequest, write: Write, manager: Manager) -> Response[Any]:
    form = {name: value for name, value in (await sent_by(request)).items() if isinstance(value, str)}
    try:
        said = note(form, _today())
        kept = await take_note(write, manager.scope, said)
    except Invalid as wrong:
        return await _page(request, write, manager, form, wrong)
    return Redirect(f"/notes?kept={kept}&points={len(said.points)}", status_code=303)


@post("/notes/{note_id:uuid}/undo", status_code=303)
async def undo(write: Write, manager: Manager, note_id: FromPath[UUID]) -> Redirect:
    gone = await take_back(write, manager.scope, note_id)
    return Redirect("/notes?undone=" + ("yes" if gone else "late"), status_code=303)


async def _page(
    request: AnyRequest, session: Session, manager: Principal, form: dict[str, str], wrong: Invalid | None = None
) -> Response[str]:
    anyone = [("", _("about no customer in particular"))] if manager.scope is None else []
    anywhere, nothing = ("", _("the reader finds out from the words")), ("", _("no service in particular"))
    query = request.query_params
    context: dict[str, Any] = {
        "form": {"day": _today().isoformat(), **form},
        "errors": {error.field: error.message for error in wrong.errors} if wrong else {},
        "meetings": meetings(),
        "customers": anyone
        + [(one.key, i18n.own_name(one.name)) for one in await places.customers_in(session, manager.scope)],
        "services": [nothing, *((one.key, i18n.own_name(one.name)) for one in await places.services(session))],
        "touchpoints": [anywhere, *((one.key, _name(one)) for one in await places.touchpoints(session))],
        "most": MOST_POINTS,
        "minutes": SECOND_THOUGHTS.seconds // 60,
        "kept": _uuid(query.get("kept", "")),
        "points": int(query["points"]) if query.get("points", "").isdecimal() else 0,
        "undone": query.get("undone", ""),
    }
    return staff_page(request, manager, "surveys/notes.html", 422 if wrong else 200, nav="notes", **context)


def _name(touchpoint: Any) -> str:
    return str(touchpoint.name_zh if i18n.current() == "zh" else touchpoint.name_en)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _today() -> date:
    return now().date()


def meetings() -> list[tuple[str, str]]:
    return [
        (Meeting.SERVICE_REVIEW.value, _("Service review")),
        (Meeting.CHANGE_REVIEW.value, _("Change or release review")),
        (Meeting.FOCUS_GROUP.value, _("Focus group or workshop")),
        (Meeting.COMMUNITY.value, _("User community")),
        (Meeting.ON_SITE.value, _("Talk on site")),
    ]


router = Router("/", route_handlers=[notes, write_down, undo], include_in_schema=False)
