"""Open surveys: an address on a leaflet, a poster, a page. Whoever comes by may answer; nobody is known."""

from typing import Any, cast

from litestar import Response, Router, get, post
from litestar.params import FromPath

from core.auth.budget import Budget
from core.errors import Busy, Conflict, Invalid, NotFound, TooMany
from core.i18n import gettext as _
from core.requests import AnyRequest, database, public_page
from surveys import queries
from surveys.routes.forms import (
    LARGEST_FORM,
    Sent,
    busy_page,
    form_page,
    preselected,
    sent_by,
    speak,
    submission_of,
    thanks_page,
)
from surveys.rules.presenting import form_of
from surveys.schemas import Asked
from surveys.service.answering import answer
from surveys.service.leaving import count_leaving


@get("/q/{slug:str}")
async def form(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    asked = await at(request, slug)
    return shown(request, asked) if asked else nothing(request)


@post("/q/{slug:str}", status_code=200)
async def submit(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    sent = await sent_by(request)
    asked = await at(request, slug)
    return await taken(request, asked, sent) if asked else nothing(request)


@post("/left/{survey:str}/{version:int}", status_code=204)
async def left(request: AnyRequest, survey: FromPath[str], version: FromPath[int]) -> None:
    """Somebody left the form after a question: counted, and nothing else. Nothing is told in return."""
    question = (await sent_by(request)).get("question", "")
    try:
        _spend(request, "left")
    except TooMany:
        return
    if isinstance(question, str):
        async with database(request).write() as session:
            await count_leaving(session, survey, version, question)


def shown(request: AnyRequest, asked: Asked, **frame: Any) -> Response[str]:
    """The empty form; `frame` says what is different about it where it stands."""
    speak(request, None)
    return form_page(request, asked, preselected(asked.survey.definition, request.query_params), **frame)


async def taken(request: AnyRequest, asked: Asked, sent: Sent, /, **frame: Any) -> Response[str]:
    speak(request, sent.get("language"))
    try:
        _spend(request, asked.survey.definition.slug)
        receipt = await answer(database(request), asked, submission_of(asked.survey.definition, sent))
    except Conflict:
        page = form_of(asked.survey, "en", "", {}, {})
        return public_page(request, "surveys/answered.html", 409, form=page, refused=True, **frame)
    except Invalid as wrong:
        return form_page(request, asked, sent, wrong, **frame)
    except (TooMany, Busy) as full:
        return busy_page(request, asked, sent, full, **frame)
    return thanks_page(request, asked, receipt.confirmation, **frame)


async def at(request: AnyRequest, slug: str) -> Asked | None:
    async with database(request).read() as session:
        try:
            return await queries.open_survey(session, slug)
        except NotFound:
            return None


def _spend(request: AnyRequest, key: str) -> None:
    """One budget for everybody at an address together: counting each visitor would need to know who they are."""
    try:
        cast(Budget, request.app.state.open_budget).spend(key)
    except TooMany as spent:
        told = _("Very many answers are arriving. Yours was not stored; please send it again in a minute.")
        raise TooMany(told, spent.retry_after) from None


def nothing(request: AnyRequest) -> Response[str]:
    return public_page(request, "surveys/nothing.html", 404)


router = Router(
    "/",
    route_handlers=[form, submit, left],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=LARGEST_FORM,
)
