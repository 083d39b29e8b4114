"""Whether answers fit the questions that were asked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from surveys.schemas import Answers, AnswerValue, Construct, Given, Kind, Published, Question

TICKED, UNTICKED = ("1", "on", "true", "yes"), ("", "0", "off", "false", "no")
Reader = Callable[[Question, AnswerValue], AnswerValue]


def checked_answers(survey: Published, given: Given) -> Answers:
    """The answers as they are kept, or `Invalid` with every field that is wrong."""
    questions, values, errors = survey.definition.questions, dict[str, AnswerValue](), _unknown(survey, given)
    for question in questions:
        try:
            values[question.key] = _read(question, given.get(question.key))
        except ValueError as wrong:
            errors.append(FieldError(question.key, str(wrong)))
    if not errors and not _says_something(questions, values):
        errors.append(FieldError(questions[0].key, _("Please answer at least one question, or write a few words.")))
    if errors:
        raise Invalid(_("Some answers are not right"), errors)
    return _as_kept(survey, values)


def _unknown(survey: Published, given: Given) -> list[FieldError]:
    strangers = sorted(given.keys() - {question.key for question in survey.definition.questions})
    return [FieldError(key[:100], _("There is no such question in this survey.")) for key in strangers]


def _read(question: Question, value: AnswerValue) -> AnswerValue:
    read = READERS[question.kind](question, value)
    if read is None and question.required:
        raise ValueError(_("Please answer this question."))
    return read


def _rating(question: Question, value: AnswerValue) -> int | None:
    number = _number(value)
    if number is None or not question.scale:
        return None
    if not question.scale.min <= number <= question.scale.max:
        raise ValueError(
            _("Please choose a step from %(min)s to %(max)s.") % {"min": question.scale.min, "max": question.scale.max}
        )
    return number


def _number(value: AnswerValue) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1:
        return int(value)
    raise ValueError(_("Please choose one of the steps."))


def _choice(question: Question, value: AnswerValue) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or str(value) not in {option.value for option in question.options}:
        raise ValueError(_("Please choose one of the answers."))
    return str(value)


def _text(question: Question, value: AnswerValue) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _storable(value):
        raise ValueError(_("Please write plain text."))
    words = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(words) > question.max_length:
        over = len(words) - question.max_length
        raise ValueError(_("The text is %(over)s characters too long. Please shorten it.") % {"over": over})
    return words or None


def _storable(text: str) -> bool:
    """Half a surrogate pair is no character, and no database takes it."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _checkbox(_question: Question, value: AnswerValue) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value or None
    if str(value) in TICKED:
        return True
    if str(value) in UNTICKED:
        return None
    raise ValueError(_("Please tick the box or leave it."))


READERS: dict[Kind, Reader] = {
    Kind.RATING: _rating,
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.CHECKBOX: _checkbox,
}


def _says_something(questions: Sequence[Question], values: Mapping[str, AnswerValue]) -> bool:
    """A score or words; time lost or a ticked box alone says nothing about the service."""
    return any(question.kind in (Kind.RATING, Kind.TEXT) and values[question.key] for question in questions)


def _as_kept(survey: Published, values: Mapping[str, AnswerValue]) -> Answers:
    """Words of the comment stand in one place only, so that they can be removed in one place."""
    by_construct = {question.construct: values[question.key] for question in survey.definition.questions}
    kept = [
        _entry(question, survey.number, values[question.key])
        for question in survey.definition.questions
        if question.construct is not Construct.COMMENT and values[question.key] is not None
    ]
    comment = by_construct.get(Construct.COMMENT)
    return Answers(kept, str(comment or ""), bool(by_construct.get(Construct.CONTACT)))


def _entry(question: Question, version: int, value: AnswerValue) -> dict[str, Any]:
    scale: dict[str, Any] | None = None
    if question.scale:
        scale = {"min": question.scale.min, "max": question.scale.max}
    if question.options:
        scale = {"options": [option.value for option in question.options]}
    return {
        "question": question.key,
        "version": version,
        "construct": question.construct.value,
        "kind": question.kind.value,
        "scale": scale,
        "value": value,
    }
