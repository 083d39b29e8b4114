"""What managers read, and what they do about it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core.auth.schemas import Principal
from core.db import Session
from core.errors import FieldError, Invalid, NotFound, TouchstoneError
from core.i18n import gettext as _
from core.i18n import own_name
from core.requests import AnyRequest, Manager, Read, Write, staff_page
from core.sealing import open_sealed
from core.settings import settings
from feedback.models import MessageKind, State
from feedback.queries import inbox as found
from feedback.queries import threads
from feedback.routes import labels
from feedback.routes.common import desk_at, inbox_page
from feedback.routes.undoing import ids_in, packed, undo_of
from feedback.rules.replies import templates
from feedback.schemas import Contact, Desk, InboxItem, Search
from feedback.service import handling, reading, taking_back
from journeys.queries import places

TO_WRITE = (MessageKind.ANSWER, MessageKind.QUESTION, MessageKind.DONE, MessageKind.THANKS, MessageKind.NOTE)
WRITTEN: dict[str, MessageKind] = {kind.value: kind for kind in TO_WRITE}


async def _labels(session: Session, manager: Principal) -> dict[str, Any]:
    return {
        "kinds": labels.kind_labels(),
        "states": labels.state_labels(),
        "channels": labels.channel_labels(),
        "closeness": labels.closeness_labels(),
        "message_kinds": labels.message_labels(),
        "touchpoints": await labels.touchpoint_labels(session),
        "services": {service.key: own_name(service.name) for service in await places.services(session)},
        "customers": {one.key: own_name(one.name) for one in await places.customers_in(session, manager.scope)},
    }


@get("/feedback/inbox")
async def inbox(
    request: AnyRequest,
    read: Read,
    manager: Manager,
    cursor: FromQuery[str] = "",
    stands: FromQuery[str] = "",
    owner: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    late: FromQuery[str] = "",
    channel: FromQuery[str] = "",
    service: FromQuery[str] = "",
    touchpoint: FromQuery[str] = "",
) -> Response[str]:
    desk = await desk_at(read, manager)
    search = Search(stands, manager.name if owner == "me" else owner, kind, bool(late), channel, service, touchpoint)
    items, following = await inbox_page(read, desk, cursor, search)
    page: dict[str, Any] = {"items": items, "following": following, "cursor": cursor}
    asked = {"stands": stands, "owner": owner, "kind": kind, "late": late, "channel": channel, "service": service}
    asked["touchpoint"] = touchpoint
    page |= {"search": asked, "searched": search != Search()}
    page["kept"] = "".join(f"&{urlencode({name: value})}" for name, value in asked.items() if value)
    page |= {"address": f"{settings().base_url}/feedback", "nobody_reads": not await found.readers(read)}
    return staff_page(request, manager, "feedback/inbox.html", nav="inbox", **page, **await _labels(read, manager))


@get("/feedback/inbox/{feedback:uuid}")
async def matter(request: AnyRequest, read: Read, manager: Manager, feedback: FromPath[UUID]) -> Response[str]:
    desk = await desk_at(read, manager)
    return await _matter_page(request, read, manager, await handling.visible(read, desk, feedback))


async def _matter_page(
    request: AnyRequest,
    session: Session,
    manager: Principal,
    item: InboxItem,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    error: TouchstoneError | None = None,
    author: Contact | None = None,
) -> Response[str]:
    desk = await desk_at(session, manager)
    others = await found.merged_into(session, desk, item.id)
    near = None if item.hidden else await handling.near(session, desk, item)
    turns = [] if item.hidden else await threads.messages(session, [item.id, *(one.id for one in others)])
    shown = [
        {"kind": one.kind, "by": one.by, "day": one.day, "text": open_sealed(one.sealed)}
        for one in turns
        if one.kind != MessageKind.SAID and (one.matter_id == item.id or one.kind in ("more", "heard"))
    ]
    errors = {one.field: one.message for one in error.errors} if isinstance(error, Invalid) else {}
    page: dict[str, Any] = {
        "item": item,
        "turns": shown,
        "others": others,
        "near": near,
        "undo": undo_of(request),
        "glasses": await found.asked_glasses(session, item.id),
        "typed": dict(typed or {}),
        "errors": errors,
        "notice": error.message if error and not errors else "",
        "author": author,
        "templates": templates(),
        "me": manager.name,
        "by_mail": await taking_back.goes_by_mail(session, item.id),
        "mistaken": await taking_back.written_by_mistake(session, desk, item.id),
    }
    return staff_page(
        request, manager, "feedback/matter.html", status, nav="inbox", **page, **await _labels(session, manager)
    )


# A step; where to go afterwards, when that is not the page it came from.
Step = Callable[[Session, Desk, UUID, Mapping[str, str]], Awaitable[str | None]]


def _state(form: Mapping[str, str], field: str) -> State:
    wanted = form.get(field, "")
    if wanted not in list(State):
        raise Invalid(_("Some fields are not right"), [FieldError("state", _("There is no such state"))])
    return State(wanted)


async def _move(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> str:
    to, was = _state(form, "state"), (await handling.visible(session, desk, id_)).state
    await handling.move(session, desk, id_, to)
    return f"/feedback/inbox/{id_}?was={was}&now={to.value}"


async def _back(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> None:
    await handling.move_back(session, desk, id_, _state(form, "now"), _state(form, "state"))


async def _write_to(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> str:
    kind = WRITTEN.get(form.get("kind", ""))
    if kind is None:
        raise Invalid(_("Some fields are not right"), [FieldError("kind", _("Choose what this is"))])
    was = (await handling.visible(session, desk, id_)).state
    await handling.say(session, desk, id_, kind, form.get("text", ""))
    mailed = kind is not MessageKind.NOTE and await taking_back.goes_by_mail(session, id_)
    return f"/feedback/inbox/{id_}" + ("" if mailed else f"?wrote={was}")


async def _unsay(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> None:
    await taking_back.unsay(session, desk, id_, _state(form, "state"))


async def _unwrite(session: Session, desk: Desk, id_: UUID, _form: Mapping[str, str]) -> str:
    await taking_back.unwrite(session, desk, id_)
    return "/feedback/inbox"


async def _hand(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> str:
    was = await handling.visible(session, desk, id_)
    await handling.assign(session, desk, id_, form.get("owner", ""))
    if form.get("due"):
        await handling.due(session, desk, id_, _day(form["due"]))
    return f"/feedback/inbox/{id_}?handed={packed(was.owner, was.due_on.isoformat())}"


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        message = _("A day is written like 2026-03-31")
        raise Invalid(message, [FieldError("due", message)]) from None


async def _merge(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> str:
    try:
        into = UUID(form.get("into", "").strip().rstrip("/").rsplit("/", 1)[-1])
    except ValueError:
        message = _("Choose the one with which it belongs together")
        raise Invalid(message, [FieldError("into", message)]) from None
    done = await handling.merge(session, desk, id_, into)
    moved = ".".join(one.hex for one in (done.id, *done.with_it))
    return f"/feedback/inbox/{done.lead}?merged={moved}"


async def _unmerge(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> None:
    await handling.unmerge(session, desk, id_, ids_in(form.get("with", "")))


async def _part(session: Session, desk: Desk, id_: UUID, _form: Mapping[str, str]) -> str:
    lead = await handling.part(session, desk, id_)
    return f"/feedback/inbox/{id_}" + (f"?parted={lead.hex}" if lead else "")


async def _ask_glass(session: Session, desk: Desk, id_: UUID, form: Mapping[str, str]) -> None:
    await reading.ask(session, desk, id_, form.get("reason", ""))


async def _decide(session: Session, desk: Desk, _id: UUID, form: Mapping[str, str]) -> None:
    try:
        glass = UUID(form.get("glass", ""))
    except ValueError:
        raise NotFound(_("There is nothing here")) from None
    await reading.decide(session, desk, glass, form.get("decision") == "allow")


STEPS: dict[str, Step] = {
    "move": _move,
    "write": _write_to,
    "hand": _hand,
    "back": _back,
    "merge": _merge,
    "unmerge": _unmerge,
    "part": _part,
    "unsay": _unsay,
    "unwrite": _unwrite,
    "ask": _ask_glass,
    "decide": _decide,
}


@post("/feedback/inbox/{feedback:uuid}", status_code=200)
async def act(request: AnyRequest, write: Write, manager: Manager, feedback: FromPath[UUID]) -> Response[Any]:
    """One step with a matter; what is wrong is said on the same page, with what was typed kept."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    desk, step = await desk_at(write, manager), STEPS.get(form.get("do", ""))
    item = await handling.visible(write, desk, feedback)
    if form.get("do") == "look":
        seen = await reading.look(write, desk, feedback)
        author = await reading.author_behind(write, feedback)
        return await _matter_page(request, write, manager, seen, author=author)
    try:
        if step is None:
            raise NotFound(_("There is nothing here"))
        where = await step(write, desk, feedback, form)
    except Invalid as wrong:
        return await _matter_page(request, write, manager, item, 422, form, wrong)
    return Redirect(where or f"/feedback/inbox/{feedback}", status_code=303)
