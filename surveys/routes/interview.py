"""Interviews by telephone, for those who look after the customers: one screen for each person whom the system drew."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import i18n
from core.auth.schemas import Principal
from core.db import Session
from core.errors import Conflict, Invalid
from core.requests import AnyRequest, Manager, Read, Write, csrf_input, database, staff_page
from journeys.models import Person
from surveys import queries
from surveys.models import Detail
from surveys.queries import interviewing
from surveys.routes.forms import form_page, sent_by, speak, submission_of
from surveys.routes.words import interviewer_words
from surveys.schemas import Asked
from surveys.service.answering import answer
from surveys.service.interviewing import next_interview, note_call, survey_to_ask

WINDOWS = (3, 7, 14, 30)
CALLS = {one.value: one for one in (Detail.NOT_REACHED, Detail.CALL_AGAIN, Detail.REFUSED)}


@get("/surveys/{key:str}/interview")
async def start(request: AnyRequest, read: Read, manager: Manager, key: FromPath[str]) -> Response[str]:
    _survey, version = await survey_to_ask(read, key)
    context: dict[str, Any] = {
        "key": key,
        "title": getattr(queries.as_definition(version.definition).title, i18n.current()),
        "windows": WINDOWS,
        "days": _days(request.query_params.get("days")),
        "done": request.query_params.get("done", ""),
    }
    return staff_page(request, manager, "surveys/interviews.html", **context)


@post("/surveys/{key:str}/interview", status_code=303)
async def draw(request: AnyRequest, write: Write, manager: Manager, key: FromPath[str]) -> Redirect:
    days = _days((await sent_by(request)).get("days"))
    drawn = await next_interview(write, manager.scope, key, days)
    there = f"/{drawn}?days={days}" if drawn else f"?done=nobody&days={days}"
    return Redirect(f"/surveys/{key}/interview{there}", status_code=303)


@get("/surveys/{key:str}/interview/{interview:uuid}")
async def one(
    request: AnyRequest, read: Read, manager: Manager, key: FromPath[str], interview: FromPath[UUID]
) -> Response[str]:
    asked, person = await _interview(read, manager, interview)
    screen = _screen(request, key, person)
    speak(request, asked.person_language)
    return form_page(request, asked, {}, **screen)


@post("/surveys/{key:str}/interview/{interview:uuid}", status_code=303)
async def settle(request: AnyRequest, manager: Manager, key: FromPath[str], interview: FromPath[UUID]) -> Response[Any]:
    sent = await sent_by(request)
    async with database(request).write() as session:
        asked, person = await _interview(session, manager, interview)
        if call := CALLS.get(str(sent.get("action"))):
            await note_call(session, interview, call)
            return _back(request, key, call.value)
    screen = _screen(request, key, person)
    speak(request, sent.get("language") or asked.person_language)
    try:
        await answer(database(request), asked, submission_of(asked.survey.definition, sent))
    except Invalid as wrong:
        return form_page(request, asked, sent, wrong, **screen)
    except Conflict:
        return _back(request, key, "nobody")
    return _back(request, key, "answered")


async def _interview(session: Session, manager: Principal, interview: UUID) -> tuple[Asked, Person | None]:
    asked = await queries.by_telephone(session, manager.scope, interview)
    return asked, await interviewing.person_by_id(session, asked.person_id)


def _screen(request: AnyRequest, key: str, person: Person | None) -> dict[str, Any]:
    """Made before the page turns to the language of whoever is called."""
    return {
        "template": "surveys/interview.html",
        "key": key,
        "person": person,
        "words": interviewer_words(),
        "tongue": i18n.LANGUAGE_TAGS[i18n.current()],
        "draft": "",
        "steps": "",
        "extra_input": csrf_input(request),
    }


def _back(request: AnyRequest, key: str, done: str) -> Redirect:
    days = _days(request.query_params.get("days"))
    return Redirect(f"/surveys/{key}/interview?done={done}&days={days}", status_code=303)


def _days(said: Any) -> int:
    return int(said) if str(said).isdecimal() and int(said) in WINDOWS else 14


router = Router("/", route_handlers=[start, draw, one, settle], include_in_schema=False)
