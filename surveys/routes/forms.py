"""The form as a page: what was sent read from it, and everything that was given kept in it."""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from jinja2.filters import do_truncate
from litestar import Response
from litestar.enums import MediaType
from markupsafe import Markup
from msgspec.structs import replace

from core import i18n
from core.errors import Busy, Invalid, TooMany
from core.i18n import gettext as _
from core.ids import keyed_hash, new_secret
from core.pages import environment, kept, render
from core.requests import AnyRequest, public_page
from core.settings import settings
from journeys.schemas.progress import Progress
from surveys.rules.answers import fields_of
from surveys.rules.presenting import form_of, looks_alike
from surveys.schemas import (
    OFFERED,
    SCALED,
    SEVERAL,
    AnswerValue,
    Asked,
    Form,
    Kind,
    Published,
    Submission,
    SurveyDefinition,
)
from surveys.service.results import results_address

LARGEST_FORM = 256 * 1024
Sent = Mapping[str, Any]


async def sent_by(request: AnyRequest) -> dict[str, Any]:
    """Fields by name; of one that was sent several times all values."""
    several: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            several.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in several.items()}


def speak(request: AnyRequest, wanted: Any) -> None:
    """The language asked for in the address, else the person's own, else the browser's."""
    known = wanted if isinstance(wanted, str) else None
    i18n.use(i18n.choose(request.query_params.get("lang"), known, request.headers.get("accept-language")))


def preselected(definition: SurveyDefinition, query: Mapping[str, str]) -> dict[str, str]:
    """What the address may tick beforehand: steps and answers, never words."""
    keys = [one.key for one in definition.questions if one.kind in SCALED | OFFERED | {Kind.YESNO}]
    return {key: query[key][:40] for key in keys if key in query}


def submission_of(definition: SurveyDefinition, sent: Sent) -> Submission:
    """The form's own fields and the answers; what is neither is not looked at."""
    key = sent.get("submission_key", "")
    if not isinstance(key, str) or not 1 <= len(key) <= 100:
        raise Invalid(_("The form was not complete. Please send it once more."))
    return Submission(key, i18n.current(), answers_in(definition, sent))


def answers_in(definition: SurveyDefinition, sent: Sent) -> dict[str, AnswerValue]:
    found = dict[str, AnswerValue]()
    for question in definition.questions:
        for name in fields_of(question):
            if name in sent:
                value = sent[name]
                single = isinstance(value, list) and question.kind not in SEVERAL
                found[name] = value[-1] if single else value
    return found


def form_page(
    request: AnyRequest,
    asked: Asked,
    given: Sent,
    wrong: Invalid | None = None,
    status: int = 200,
    template: str = "surveys/form.html",
    **context: Any,
) -> Response[str]:
    """With what was given kept, and what is wrong with it said."""
    if not given and not wrong and not asked.changeable and context.keys() <= {"seen", "progress"}:
        told = _standing(context.pop("progress", None))
        return _html(_empty_form(asked, template, context, told))
    errors = {error.field: error.message for error in wrong.errors} if wrong else {}
    key = given.get("submission_key")
    key = key if isinstance(key, str) and key else new_secret()
    seed = str(asked.invitation_id or key)
    shown = form_of(asked.survey, i18n.current(), seed, given, errors, asked.attributes, asked.pipes)
    frame: dict[str, Any] = {
        **_frame(asked, _draft(asked)),
        "form": shown,
        "errors": errors,
        "told": _told_apart(shown, errors),
        "trouble": wrong.message if wrong and not wrong.errors else "",
        "submission_key": key,
        "fresh": not given,
        "changing": asked.changeable,
        "keep_query": "" if wrong or not given else "&" + urlencode(given, doseq=True),
        "standing": _standing(context.pop("progress", None)),
    }
    return public_page(request, template, 422 if wrong and status == 200 else status, **frame | context)


def _told_apart(shown: Form, errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, with the question: above the form several may have the same fault."""
    wordings = {field.key: field.wording for field in shown.fields}
    return {key: f"{wordings[key]}: {told}" if key in wordings else told for key, told in errors.items()}


def busy_page(request: AnyRequest, asked: Asked, given: Sent, busy: Busy | TooMany, **frame: Any) -> Response[str]:
    """It cannot be taken just now: said above the form, which keeps what was given."""
    status = 503 if isinstance(busy, Busy) else 429
    page = form_page(request, asked, given, Invalid(busy.message), status, **frame)
    page.headers["Retry-After"] = str(busy.retry_after)
    return page


def _standing(progress: Progress | None) -> Markup:
    return _standing_in(i18n.current(), progress) if progress else Markup("")


@lru_cache(512)
def _standing_in(_language: str, progress: Progress) -> Markup:
    """Most say that it was done on one of the last days: rendered once for each of them."""
    return Markup(render("journeys/_progress.html", progress=progress))  # noqa: S704 - a template


def _empty_form(asked: Asked, template: str, context: Mapping[str, Any], standing: Markup) -> str:
    """The same for everybody who sees the same questions in the same order, but for a few words."""
    key = new_secret()
    alike = _alike(asked.survey)
    seed = "" if alike else str(asked.invitation_id or key)
    words = {
        "submission_key": key,
        "draft": _draft(asked),
        "ticket": asked.ticket,
        "summary": do_truncate(environment(), asked.summary, 120),
        "standing": standing,
    }

    def make(marks: Mapping[str, str]) -> str:
        ticket, summary = (marks[name] if words[name] else "" for name in ("ticket", "summary"))
        frame = _frame(replace(asked, ticket=ticket, summary=summary), marks["draft"]) | {
            "submission_key": marks["submission_key"],
            "standing": marks["standing"],
        }
        empty = {"errors": {}, "told": {}, "trouble": "", "fresh": True, "changing": False, "keep_query": ""}
        return render(template, **{**frame, **empty, "form": shown(), **context})

    def shown() -> Form:
        return form_of(asked.survey, i18n.current(), seed, {}, {}, asked.attributes, asked.pipes)

    same = template, *_same(asked), "" if alike else repr(shown()), bool(asked.ticket), bool(asked.summary)
    return kept((*same, *context.items()), words, make)


_found_alike: dict[UUID, bool] = {}


def _alike(survey: Published) -> bool:
    """A published version never changes: each is looked at once in the life of a process."""
    if survey.version_id not in _found_alike:
        _found_alike[survey.version_id] = looks_alike(survey.definition)
    return _found_alike[survey.version_id]


def _same(asked: Asked) -> tuple[Hashable, ...]:
    promised = settings().min_group, settings().min_group_comments, settings().answer_months
    return i18n.current(), asked.survey.version_id, *promised


def _frame(asked: Asked, draft: str) -> dict[str, Any]:
    return {
        "asked": asked,
        "draft": draft,
        "steps": f"/left/{asked.survey.definition.key}/{asked.survey.number}",
        "seen": False,
        "standing": "",
        "testing": False,
        "extra_input": "",
        "min_group": settings().min_group,
        "min_group_comments": settings().min_group_comments,
        "answer_months": settings().answer_months,
    }


def _draft(asked: Asked) -> str:
    return keyed_hash("draft", str(asked.invitation_id or asked.survey.version_id))[:20]


def thanks_page(request: AnyRequest, asked: Asked, confirmation: str, **context: Any) -> Response[str]:
    words = {"confirmation": confirmation, "sent": _draft(asked)}

    def frame() -> dict[str, Any]:
        form = form_of(asked.survey, i18n.current(), "", {}, {}, asked.attributes, asked.pipes)
        told = asked.survey.definition
        return {"form": form, "edit_minutes": told.edit_minutes, "testing": False, "results_at": results_address(told)}

    if context or not _alike(asked.survey):
        return public_page(request, "surveys/thanks.html", **frame() | words | context)
    key = "surveys/thanks.html", *_same(asked)
    return _html(kept(key, words, lambda marks: render("surveys/thanks.html", **frame(), **marks)))


def _html(content: str) -> Response[str]:
    return Response(content, media_type=MediaType.HTML)
