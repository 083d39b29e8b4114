"""Whether a survey can be published."""

from collections import Counter
from collections.abc import Iterator, Sequence

from core.errors import FieldError, Invalid
from surveys.models import Mode
from surveys.schemas import DIMENSIONS, Construct, Kind, Question, SurveyDefinition

# The form's own fields; a question of that name would be taken for them.
RESERVED = frozenset({"submission_key", "language", "lang", "token"})
STEPS = (1, 5)
KIND_OF = {
    **dict.fromkeys(DIMENSIONS, Kind.RATING),
    Construct.LOST_TIME: Kind.CHOICE,
    Construct.COMMENT: Kind.TEXT,
    Construct.CONTACT: Kind.CHECKBOX,
}


def check_definition(definition: SurveyDefinition) -> None:
    if errors := list(faults(definition)):
        raise Invalid("The survey cannot be published as it stands", errors)


def faults(definition: SurveyDefinition) -> Iterator[FieldError]:
    if definition.mode is not Mode.CONFIDENTIAL:
        yield FieldError("mode", "a survey behind personal links is confidential, and is never called anything else")
    for name in ("title", "intro", "thanks"):
        if not all((getattr(definition, name).zh.strip(), getattr(definition, name).en.strip())):
            yield FieldError(name, "is needed in both languages")
    yield from _twice("key", [question.key for question in definition.questions])
    measured = [question.construct for question in definition.questions if question.construct is not Construct.OTHER]
    yield from _twice("construct", measured)
    for number, question in enumerate(definition.questions):
        for field, message in _question_faults(question):
            yield FieldError(f"questions.{number}.{field}", message)


def _twice(field: str, values: Sequence[str]) -> Iterator[FieldError]:
    for value, times in Counter(values).items():
        if times > 1:
            yield FieldError(f"questions.{field}", f"{value} stands {times} times, and may stand once")


def _question_faults(question: Question) -> Iterator[tuple[str, str]]:
    if question.key in RESERVED:
        yield "key", "is a name that the form itself uses"
    if not (question.wording.zh.strip() and question.wording.en.strip()):
        yield "wording", "is needed in both languages"
    if question.kind is not KIND_OF.get(question.construct, question.kind):
        yield "kind", f"{question.construct} is asked for as {KIND_OF[question.construct]}"
    if question.kind is Kind.RATING:
        yield from _scale_faults(question)
    if question.kind is Kind.CHOICE:
        yield from _option_faults(question)


def _scale_faults(question: Question) -> Iterator[tuple[str, str]]:
    scale = question.scale
    if not scale or (scale.min, scale.max) != STEPS or len(scale.labels) != STEPS[1]:
        yield "scale", "a rating runs from 1 to 5, with a word for each step in both languages"


def _option_faults(question: Question) -> Iterator[tuple[str, str]]:
    values = [option.value for option in question.options]
    if len(values) < 2 or len(set(values)) != len(values):
        yield "options", "a choice needs at least two different answers"
    if question.construct is Construct.LOST_TIME and not all(value.isdecimal() for value in values):
        yield "options", "each answer to the question for lost time has a number of minutes as its value"
