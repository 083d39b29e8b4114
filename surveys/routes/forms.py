"""The form as a page: what was sent read from it, and everything that was given kept in it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response

from core import i18n
from core.errors import Invalid
from core.i18n import gettext as _
from core.ids import keyed_hash, new_secret
from core.requests import AnyRequest, public_page
from core.settings import settings
from surveys.rules.answers import fields_of
from surveys.rules.presenting import form_of
from surveys.schemas import OFFERED, SCALED, SEVERAL, AnswerValue, Asked, Kind, Submission, SurveyDefinition

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
    errors = {error.field: error.message for error in wrong.errors} if wrong else {}
    key = given.get("submission_key")
    key = key if isinstance(key, str) and key else new_secret()
    seed = str(asked.invitation_id or key)
    shown = form_of(asked.survey, i18n.current(), seed, given, errors, asked.attributes, asked.pipes)
    frame: dict[str, Any] = {
        "asked": asked,
        "form": shown,
        "errors": errors,
        "trouble": wrong.message if wrong and not wrong.errors else "",
        "submission_key": key,
        "draft": keyed_hash("draft", str(asked.invitation_id or asked.survey.version_id))[:20],
        "steps": f"/left/{asked.survey.definition.key}/{asked.survey.number}",
        "seen": False,
        "fresh": not given,
        "testing": False,
        "changing": asked.changeable,
        "extra_input": "",
        "min_group": settings().min_group,
        "min_group_comments": settings().min_group_comments,
        "keep_query": "" if wrong or not given else "&" + urlencode(given, doseq=True),
    }
    return public_page(request, template, 422 if wrong else status, **frame | context)


def thanks_page(request: AnyRequest, asked: Asked, confirmation: str, **context: Any) -> Response[str]:
    frame: dict[str, Any] = {
        "form": form_of(asked.survey, i18n.current(), "", {}, {}, asked.attributes, asked.pipes),
        "confirmation": confirmation,
        "sent": keyed_hash("draft", str(asked.invitation_id or asked.survey.version_id))[:20],
        "edit_minutes": asked.survey.definition.edit_minutes,
        "testing": False,
    }
    return public_page(request, "surveys/thanks.html", **frame | context)
