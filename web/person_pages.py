"""What all floors keep of somebody with an address: shown and forgotten, by an administrator whom they asked or by
themselves, who come with a link from a mail of ours."""

from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath

from core.auth.schemas import Principal
from core.db import Session
from core.errors import FieldError, Invalid, NotFound, TouchstoneError
from core.i18n import gettext as _
from core.ids import keyed_hash
from core.requests import Admin, AnyRequest, Read, Write, public_page, staff_page
from core.sealing import open_sealed
from core.settings import settings
from feedback.models import Feedback, MessageKind
from feedback.queries import inbox, threads
from feedback.routes import labels
from feedback.routes.common import new_submission_key
from feedback.rules.handling import FOR_AUTHOR
from feedback.schemas import LONGEST_TEXT
from feedback.service import person
from feedback.service.receiving import author_of
from feedback.service.telling import hear_more
from web import persons

SHOWN = FOR_AUTHOR | {MessageKind.MORE}


@get("/feedback/person")
async def person_door(request: AnyRequest, admin: Admin) -> Response[str]:
    return _door(request, admin)


def _door(request: AnyRequest, admin: Principal, status: int = 200, **more: Any) -> Response[str]:
    page: dict[str, Any] = {"email": "", "errors": {}, "held": None, "erased": None} | more
    page |= {"kinds": labels.kind_labels(), "channels": labels.channel_labels(), "states": labels.state_labels()}
    page |= {"closeness": labels.closeness_labels(), "answer_months": settings().answer_months}
    return staff_page(request, admin, "feedback/person.html", status, nav="inbox", **page)


@post("/feedback/person", status_code=200)
async def person_asked(request: AnyRequest, write: Write, admin: Admin) -> Response[Any]:
    """The address travels in the body, so that it stands in no log of any proxy."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    email, step = form.get("email", "").strip().lower(), form.get("do", "")
    if "@" not in email:
        return _door(request, admin, 422, email=email, errors={"email": _("This does not look like a mail address")})
    held = await persons.held(write, email)
    if step == "export":
        return _file(await persons.export(write, email, admin.name))
    if step != "erase":
        return _door(request, admin, email=email, held=held)
    if form.get("again", "").strip().lower() != email:
        told = {"again": _("Type the address once more, just as above: what is erased cannot be brought back.")}
        return _door(request, admin, 422, email=email, held=held, errors=told)
    return _door(request, admin, erased=await persons.erase(write, email, admin.name))


def _file(told: dict[str, Any]) -> Response[bytes]:
    content = msgspec.json.format(msgspec.json.encode(told))
    headers = {"Content-Disposition": 'attachment; filename="person.json"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


@get("/feedback/mine/{link:str}")
async def mine(request: AnyRequest, read: Read, link: FromPath[str]) -> Response[str]:
    """What somebody known said, with the answers. Opening it writes nothing."""
    return await _mine_page(request, read, link, await person.known_by(read, link))


async def _mine_page(
    request: AnyRequest, session: Session, link: str, said: Feedback, status: int = 200, **more: Any
) -> Response[str]:
    context: dict[str, Any] = {"text": "", "error": "", "error_sure": "", "notice": ""} | more
    (matter,) = [one for one in await inbox.matters(session, [said.id]) if one.id == said.id]
    turns = [one for one in await threads.messages(session, [said.id]) if one.kind in SHOWN]
    context |= {
        "said": said,
        "matter": matter,
        "turns": [{"kind": one.kind, "day": one.day, "text": open_sealed(one.sealed)} for one in turns],
        "held": await persons.held(session, author_of(said)[1]),
        "link": link,
        "here": f"/feedback/mine/{link}",
        "answer_months": settings().answer_months,
        "states": labels.state_labels(),
        "submission_key": new_submission_key(),
        "longest_text": LONGEST_TEXT,
    }
    return public_page(request, "feedback/mine.html", status, **context)


@post("/feedback/mine/{link:str}", status_code=200)
async def mine_asked(request: AnyRequest, write: Write, link: FromPath[str]) -> Response[Any]:
    form = {name: str(value) for name, value in (await request.form()).items()}
    said, step = await person.known_by(write, link), form.get("do", "")
    try:
        if step == "more":
            await _add(write, said, form)
            return await _mine_page(request, write, link, said, 201, notice=_("That is stored. Thank you."))
        if step == "export":
            return _file(await persons.export(write, author_of(said)[1], persons.THEMSELVES, notes=False))
        if step == "erase":
            return await _erase(request, write, said, form)
    except Invalid as wrong:
        return await _mine_page(request, write, link, said, 422, text=form.get("text", ""), **_where(wrong))
    raise NotFound(_("There is nothing here"))


async def _add(write: Session, said: Feedback, form: dict[str, str]) -> None:
    (matter,) = [one for one in await inbox.matters(write, [said.id]) if one.id == said.id]
    key = keyed_hash("author's own page", f"{said.id} {form.get('submission_key', '')}")
    await hear_more(write, matter, key, form.get("text", ""))


async def _erase(request: AnyRequest, write: Session, said: Feedback, form: dict[str, str]) -> Response[str]:
    if not form.get("sure"):
        question = _("Tick the box first: what is deleted cannot be brought back.")
        raise Invalid(question, [FieldError("sure", question)])
    await persons.erase(write, author_of(said)[1], persons.THEMSELVES)
    return public_page(request, "feedback/forgotten.html", here="/feedback")


def _where(wrong: TouchstoneError) -> dict[str, str]:
    first = wrong.errors[0] if isinstance(wrong, Invalid) and wrong.errors else None
    return {"error_sure" if first and first.field == "sure" else "error": first.message if first else wrong.message}


person_routers = [
    Router("/", route_handlers=[person_door, person_asked], include_in_schema=False),
    Router("/", route_handlers=[mine, mine_asked], opt={"exclude_from_csrf": True}, include_in_schema=False),
]
