"""Whether a survey can be published: nothing is missing, and no setting contradicts another."""

from collections import Counter
from collections.abc import Iterator, Sequence

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from surveys.models import Mode
from surveys.rules.conditions import strange_values
from surveys.rules.piping import pipes, strangers_in, texts_of
from surveys.rules.questions import question_faults
from surveys.schemas import Condition, Construct, Question, SurveyDefinition

TICKET_ATTRIBUTES = ("kind", "service", "customer", "group", "priority", "channel", "close_reason")
NOT_FOR_CONDITIONS = ("matrix", "text", "line", "date")
# What each mode promises, from the most to the least: a promise that was given may grow, and never shrink.
PROMISE = {Mode.ANONYMOUS: 2, Mode.CONFIDENTIAL: 1, Mode.IDENTIFIED: 0}


def check_definition(definition: SurveyDefinition) -> None:
    if errors := list(faults(definition)):
        raise Invalid(_("The survey cannot be published as it stands"), errors)


def weakens(old: Mode, new: Mode) -> bool:
    return PROMISE[new] < PROMISE[old]


def faults(definition: SurveyDefinition) -> Iterator[FieldError]:
    yield from _mode_faults(definition)
    for name in ("title", "intro", "thanks"):
        if not all((getattr(definition, name).zh.strip(), getattr(definition, name).en.strip())):
            yield FieldError(name, _("is needed in both languages"))
    yield from _twice("key", [question.key for question in definition.questions])
    measured = [question.construct for question in definition.questions if question.construct is not Construct.OTHER]
    yield from _twice("construct", measured)
    for number, question in enumerate(definition.questions):
        for field, message in question_faults(question):
            yield FieldError(f"questions.{number}.{field}", message)
        for field, message in _branching_faults(definition.questions, number):
            yield FieldError(f"questions.{number}.{field}", message)
    for place, text in texts_of(definition):
        for stranger in strangers_in(text):
            yield FieldError(place, _("%(name)s is no placeholder that can be filled in") % {"name": stranger[:40]})


def missing_translations(definition: SurveyDefinition) -> list[str]:
    """Places where one language has words and the other has none."""
    found = dict(texts_of(definition))
    places = [place.removesuffix(".zh") for place in found if place.endswith(".zh")]
    lacking = [(f"{place}.{a}", found[f"{place}.{b}"]) for place in places for a, b in (("zh", "en"), ("en", "zh"))]
    return [place for place, other in lacking if other.strip() and not found[place].strip()]


def _mode_faults(definition: SurveyDefinition) -> Iterator[FieldError]:
    constructs = {question.construct for question in definition.questions}
    if definition.mode is Mode.ANONYMOUS:
        if Construct.CONTACT in constructs:
            yield FieldError("mode", _("an anonymous survey cannot ask whether somebody may be contacted"))
        if not definition.slug:
            yield FieldError("slug", _("an anonymous survey is answered at an open address: give it one"))
        if pipes(definition) or _asks_the_ticket(definition.questions):
            yield FieldError("mode", _("an anonymous survey knows no ticket: it cannot show or ask its attributes"))
        if definition.edit_minutes:
            yield FieldError("edit_minutes", _("an anonymous answer cannot be found again, and so not be changed"))
    if definition.slug:
        yield from _open_faults(definition)
    elif definition.origins:
        yield FieldError("origins", _("only what stands at an open address can be shown in another page"))


def _open_faults(definition: SurveyDefinition) -> Iterator[FieldError]:
    constructs = {question.construct for question in definition.questions}
    if definition.mode is Mode.IDENTIFIED:
        yield FieldError("slug", _("behind an open address nobody is identified"))
    if definition.mode is Mode.CONFIDENTIAL and Construct.CONTACT in constructs:
        yield FieldError("slug", _("behind an open address nobody is known who could be contacted"))
    if definition.edit_minutes:
        yield FieldError("edit_minutes", _("an answer at an open address cannot be found again, and so not be changed"))


def _asks_the_ticket(questions: Sequence[Question]) -> bool:
    return any(condition.ticket for question in questions for condition in _conditions(question))


def _conditions(question: Question) -> list[Condition]:
    return [*question.show_if, *question.required_if]


def _twice(field: str, values: Sequence[str]) -> Iterator[FieldError]:
    for value, times in Counter(values).items():
        if times > 1:
            told = _("%(value)s stands %(times)s times, and may stand once") % {"value": str(value), "times": times}
            yield FieldError(f"questions.{field}", told)


def _branching_faults(questions: Sequence[Question], number: int) -> Iterator[tuple[str, str]]:
    question = questions[number]
    earlier = {one.key: one for one in questions[:number] if not one.block or one.block != question.block}
    for name, conditions in (("show_if", question.show_if), ("required_if", question.required_if)):
        for condition in conditions:
            if told := _condition_fault(condition, earlier):
                yield name, told
    if question.reasons_for and question.reasons_for not in earlier:
        yield "reasons_for", _("names no question that stands before this one")
    if question.required and (question.required_if or question.not_applicable):
        yield "required", _("a question is required always, or only sometimes, and never where it may not apply")


def _condition_fault(condition: Condition, earlier: dict[str, Question]) -> str:
    if bool(condition.question) == bool(condition.ticket):
        return _("a condition names either an earlier question or an attribute of the ticket")
    if condition.ticket and condition.ticket not in TICKET_ATTRIBUTES:
        return _("the ticket has no such attribute")
    if condition.ticket:
        return "" if condition.values else _("say which values of the attribute are meant")
    asked = earlier.get(condition.question)
    if not asked:
        return _("names no question that stands before this one")
    if asked.kind in NOT_FOR_CONDITIONS and (condition.values or _bounds(condition)):
        return _("of such a question only whether it was answered can be a condition")
    if strange := strange_values(asked, condition):
        return _("“%(value)s” is none of the answers to that question") % {"value": strange[0][:40]}
    low, high = condition.at_least, condition.at_most
    if low is not None and high is not None and low > high:
        return _("no number is at least as large as that and at most as large as this")
    return ""


def _bounds(condition: Condition) -> bool:
    return condition.at_least is not None or condition.at_most is not None
