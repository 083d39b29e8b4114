"""A test answer in the words in which it was asked, for who tries the survey."""

from collections.abc import Mapping
from typing import Any

from core.i18n import gettext as _
from surveys.schemas import Answers, Construct, Kind, Question, SurveyDefinition

SHOWN = 500


def in_words(definition: SurveyDefinition, answers: Answers, language: str) -> list[dict[str, str]]:
    """Question and answer, in the order of the form; what was left empty is not there."""
    given = {str(entry["question"]): entry for entry in answers.entries}
    told = [
        (question, _told(question, answers, given.get(question.key), language)) for question in definition.questions
    ]
    return [
        {"question": str(getattr(question.wording, language)), "answer": text[:SHOWN]}
        for question, text in told
        if text
    ]


def _told(question: Question, answers: Answers, entry: Mapping[str, Any] | None, language: str) -> str:
    if question.construct is Construct.COMMENT:
        return answers.comment
    if entry is None:
        return ""
    if entry.get("not_applicable"):
        return _("Does not apply")
    return " · ".join(one for one in (_value(question, entry["value"], language), entry.get("other", "")) if one)


def _value(question: Question, value: Any, language: str) -> str:
    labels = {one.value: str(getattr(one.label, language)) for one in [*question.options, *question.rows]}
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return " · ".join(f"{labels.get(row, row)}: {step}" for row, step in value.items() if step is not None)
    if isinstance(value, list):
        return " · ".join(labels.get(str(one), str(one)) for one in value)
    return labels.get(str(value), str(value)) if question.kind is Kind.CHOICE else str(value)
