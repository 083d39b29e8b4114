"""The form behind a link. Only POST stores; no cookie is set, and a page never says which link it belongs to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, Router, get, post
from litestar.params import FromPath

from core import i18n
from core.errors import Conflict, Invalid, NotFound
from core.i18n import gettext as _
from core.ids import new_secret
from core.requests import AnyRequest, database, public_page
from core.settings import settings
from surveys import queries
from surveys.schemas import Asked, Kind, Submission
from surveys.service.answering import answer

LARGEST_FORM = 256 * 1024


@get("/s/{token:str}")
async def form(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    asked = await _behind(request, token)
    if not asked:
        return _nothing(request)
    _speak(request, asked.person_language)
    if asked.answered:
        return _answered(request, asked)
    return _form(request, asked, _preselected(asked, request.query_params))


@post("/s/{token:str}", status_code=200)
async def submit(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    given = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    asked = await _behind(request, token)
    if not asked:
        return _nothing(request)
    _speak(request, given.get("language") or asked.person_language)
    try:
        receipt = await answer(database(request), asked, _submission(asked, given))
    except Conflict:
        return _answered(request, asked, 409)
    except Invalid as wrong:
        return _form(request, asked, given, wrong)
    survey = asked.survey.definition
    return public_page(request, "surveys/thanks.html", survey=survey, confirmation=receipt.confirmation)


async def _behind(request: AnyRequest, token: str) -> Asked | None:
    async with database(request).read() as session:
        try:
            return await queries.behind_link(session, token)
        except NotFound:
            return None


def _speak(request: AnyRequest, wanted: str | None) -> None:
    """The language asked for in the address, else the person's own, else the browser's."""
    i18n.use(i18n.choose(request.query_params.get("lang"), wanted, request.headers.get("accept-language")))


def _preselected(asked: Asked, query: Mapping[str, str]) -> dict[str, str]:
    """What the address may tick beforehand: steps and answers, never words."""
    ticked = (Kind.RATING, Kind.CHOICE)
    keys = [question.key for question in asked.survey.definition.questions if question.kind in ticked]
    return {key: query[key][:40] for key in keys if key in query}


def _submission(asked: Asked, form: Mapping[str, str]) -> Submission:
    """The form's own fields and the answers; what is neither is not looked at."""
    key = form.get("submission_key", "")
    if not 1 <= len(key) <= 100:
        raise Invalid(_("The form was not complete. Please send it once more."))
    questions = asked.survey.definition.questions
    answers = {question.key: form[question.key] for question in questions if question.key in form}
    return Submission(key, i18n.current(), answers)


def _form(request: AnyRequest, asked: Asked, given: Mapping[str, str], wrong: Invalid | None = None) -> Response[str]:
    """With what was given kept, and what is wrong with it said."""
    context: dict[str, Any] = {
        "asked": asked,
        "survey": asked.survey.definition,
        "given": given,
        "errors": {error.field: error.message for error in wrong.errors} if wrong else {},
        "trouble": wrong.message if wrong and not wrong.errors else "",
        "submission_key": given.get("submission_key") or new_secret(),
        "min_group": settings().min_group,
        "min_group_comments": settings().min_group_comments,
        "keep_query": "" if wrong or not given else "&" + urlencode(given),
    }
    return public_page(request, "surveys/form.html", 422 if wrong else 200, **context)


def _answered(request: AnyRequest, asked: Asked, status: int = 200) -> Response[str]:
    """Said to who opens a spent link, and to who sends it something else."""
    survey = asked.survey.definition
    return public_page(request, "surveys/answered.html", status, survey=survey, refused=status == 409)


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
