"""The form behind a link. Only POST stores; no cookie is set, and a page never says which link it belongs to."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from core import i18n
from core.errors import Busy, Conflict, Invalid, NotFound
from core.requests import AnyRequest, database, public_page
from surveys import queries
from surveys.routes.forms import (
    LARGEST_FORM,
    busy_page,
    form_page,
    preselected,
    sent_by,
    speak,
    submission_of,
    thanks_page,
)
from surveys.routes.guards import miss, not_for_staff
from surveys.routes.lane import page_lane
from surveys.rules.kept import given_again
from surveys.rules.presenting import form_of
from surveys.schemas import Asked, Submission
from surveys.service.answering import Taken, take
from surveys.service.opening import open_link
from surveys.service.standing import standing


async def opened(request: AnyRequest, token: str) -> Response[str]:
    asked = await _behind(request, token)
    if not asked:
        return _nothing(request)
    speak(request, asked.person_language)
    if asked.answered and not asked.changeable:
        return await _answered(request, asked)
    given = await _said_before(request, asked) or preselected(asked.survey.definition, request.query_params)
    return form_page(request, asked, given, seen=True, progress=await standing(database(request), asked))


async def sent_in(request: AnyRequest, token: str) -> Response[str]:
    await not_for_staff(request)
    sent = await sent_by(request)
    try:
        taken = await _taken(request, token, sent)
    except Busy as full:
        asked = await _behind(request, token)
        return busy_page(request, asked, sent, full, seen=True) if asked else _nothing(request)
    return await _told(request, taken, sent) if taken else _nothing(request)


@get("/s/{token:str}", middleware=[page_lane(opened)])
async def form(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    return await opened(request, token)


@post("/s/{token:str}", status_code=200, middleware=[page_lane(sent_in)])
async def submit(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    return await sent_in(request, token)


async def _taken(request: AnyRequest, token: str, sent: dict[str, Any]) -> Taken | None:
    def read(asked: Asked) -> Submission:
        speak(request, sent.get("language") or asked.person_language)
        return submission_of(asked.survey.definition, sent)

    try:
        return await take(database(request), token, read)
    except NotFound:
        await miss(request)
        return None


async def _told(request: AnyRequest, taken: Taken, sent: dict[str, Any]) -> Response[str]:
    speak(request, sent.get("language") or taken.asked.person_language)
    try:
        return thanks_page(request, taken.asked, taken.confirmed().confirmation)
    except Conflict:
        return await _answered(request, taken.asked, 409)
    except Invalid as wrong:
        return form_page(request, taken.asked, sent, wrong, seen=True)


async def _behind(request: AnyRequest, token: str) -> Asked | None:
    try:
        return await open_link(database(request), token)
    except NotFound:
        await miss(request)
        return None


async def _said_before(request: AnyRequest, asked: Asked) -> dict[str, object]:
    """An answer that may still be changed comes back into its form."""
    if not asked.changeable or not asked.invitation_id:
        return {}
    async with database(request).read() as session:
        kept = await queries.response_to(session, asked.invitation_id)
    return given_again(asked.survey.definition, kept.answers, kept.comment) if kept else {}


async def _answered(request: AnyRequest, asked: Asked, status: int = 200) -> Response[str]:
    """Said to who opens a spent link, and to who sends it something else."""
    told = await standing(database(request), asked)
    shown = form_of(asked.survey, i18n.current(), "", {}, {}, asked.attributes, asked.pipes)
    return public_page(request, "surveys/answered.html", status, form=shown, refused=status == 409, progress=told)


def _nothing(request: AnyRequest) -> Response[str]:
    """One page for every link that leads nowhere, whatever the cause."""
    return public_page(request, "surveys/nothing.html", 404)


router = Router(
    "/",
    route_handlers=[form, submit],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=LARGEST_FORM,
)
