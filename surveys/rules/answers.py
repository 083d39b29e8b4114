"""Whether answers fit the questions that were asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from surveys.rules.branching import Said, applies, must_be_answered
from surveys.rules.reading import NOT_APPLICABLE, READERS, read_line
from surveys.rules.scales import scale_of
from surveys.schemas import OFFERED, SCALED, Answers, Construct, Given, Kind, Published, Question, SurveyDefinition

NO_TICKET: Mapping[str, str] = {}
# Time lost, a date or a ticked box alone says nothing about the service.
SAYING = SCALED | {Kind.LINE, Kind.TEXT, Kind.MATRIX, Kind.REASONS, Kind.EMOTIONS}


def checked_answers(survey: Published, given: Given, ticket: Mapping[str, str] = NO_TICKET) -> Answers:
    """The answers as they are kept, or `Invalid` with every field that is wrong.

    What an earlier answer turned off is not kept: the person sees no such question, or its "only if".
    """
    definition = survey.definition
    said, errors = _read_all(definition, given, ticket)
    errors = [*_unknown(definition, given), *errors]
    if not errors and not _says_something(definition.questions, said):
        first = next((question for question in definition.questions if applies(question, said, ticket)), None)
        key = first.key if first else definition.questions[0].key
        errors.append(FieldError(key, _("Please answer at least one question, or write a few words.")))
    if errors:
        raise Invalid(_("Some answers are not right"), errors)
    return _as_kept(survey, said, given)


def _read_all(
    definition: SurveyDefinition, given: Given, ticket: Mapping[str, str]
) -> tuple[dict[str, Any], list[FieldError]]:
    said, errors = dict[str, Any](), list[FieldError]()
    for question in definition.questions:
        said[question.key] = None
        if not applies(question, said, ticket):
            continue
        try:
            said[question.key] = _read(question, given, said, ticket)
        except ValueError as wrong:
            errors.append(FieldError(question.key, str(wrong)))
    return said, errors


def fields_of(question: Question) -> list[str]:
    """The names under which a form sends the answer."""
    if question.kind is Kind.MATRIX:
        return [question.key, *[f"{question.key}.{row.value}" for row in question.rows]]
    return [question.key, f"{question.key}.other"] if question.other else [question.key]


def _unknown(definition: SurveyDefinition, given: Given) -> list[FieldError]:
    if given.keys() <= {question.key for question in definition.questions}:
        return []
    known = {name for question in definition.questions for name in fields_of(question)}
    return [
        FieldError(key[:100], _("There is no such question in this survey.")) for key in sorted(given.keys() - known)
    ]


def _read(question: Question, given: Given, said: Said, ticket: Mapping[str, str]) -> Any:
    value = given.get(question.key)
    if question.kind is Kind.MATRIX and value in (None, ""):
        value = {row.value: given.get(f"{question.key}.{row.value}") for row in question.rows}  # type: ignore[misc]
    if question.not_applicable and value in (NOT_APPLICABLE, [NOT_APPLICABLE]):
        return NOT_APPLICABLE
    read, other = READERS[question.kind](question, value), _other_words(question, given)
    if other and read is None:
        read = "" if question.kind is Kind.CHOICE else []
    if read is None and must_be_answered(question, said, ticket):
        raise ValueError(_("Please answer this question."))
    return read


def _other_words(question: Question, given: Given) -> str | None:
    return read_line(question, given.get(f"{question.key}.other")) if question.other else None


def _says_something(questions: Sequence[Question], said: Said) -> bool:
    return any(question.kind in SAYING and said[question.key] not in (None, NOT_APPLICABLE) for question in questions)


def _as_kept(survey: Published, said: Said, given: Given) -> Answers:
    """Words of the comment stand in one place only, so that they can be removed in one place."""
    questions = survey.definition.questions
    by_construct = {question.construct: said[question.key] for question in questions}
    kept = [
        _entry(question, survey.number, said[question.key], _other_words(question, given))
        for question in questions
        if question.construct is not Construct.COMMENT and said[question.key] is not None
    ]
    comment = by_construct.get(Construct.COMMENT)
    return Answers(
        kept,
        "" if comment in (None, NOT_APPLICABLE) else str(comment),
        by_construct.get(Construct.CONTACT) is True,
    )


def _entry(question: Question, version: int, value: Any, other: str | None) -> dict[str, Any]:
    entry = {
        "question": question.key,
        "version": version,
        "construct": question.construct.value,
        "kind": question.kind.value,
        "scale": _scale_kept(question),
        "value": None if value == NOT_APPLICABLE else value,
    }
    if value == NOT_APPLICABLE:
        entry["not_applicable"] = True
    elif other:
        entry["other"] = other
    return entry


def _scale_kept(question: Question) -> dict[str, Any] | None:
    scale = scale_of(question)
    if question.kind in OFFERED:
        return {"options": [option.value for option in question.options]}
    if not scale:
        return None
    kept: dict[str, Any] = {"min": scale.min, "max": scale.max}
    return kept | ({"direction": scale.direction.value} if scale.direction != "up" else {})
