"""Whether answers fit the questions that were asked."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from surveys.rules.branching import Said, applies, must_be_answered
from surveys.rules.reading import NOT_APPLICABLE, READERS, Reader, read_line
from surveys.rules.scales import scale_of
from surveys.schemas import OFFERED, SCALED, Answers, Construct, Given, Kind, Published, Question, SurveyDefinition

NO_TICKET: Mapping[str, str] = {}
# Time lost, a date or a ticked box alone says nothing about the service.
SAYING = SCALED | {Kind.LINE, Kind.TEXT, Kind.MATRIX, Kind.REASONS, Kind.EMOTIONS}
MOST_PLANS = 500


class Step(NamedTuple):
    """What of a question is the same for every answer. `kept`: what is kept beside a value; None: of the comment."""

    question: Question
    key: str
    read: Reader
    must: bool
    says: bool
    kept: dict[str, Any] | None


class Plan(NamedTuple):
    """`asks_ticket`: what is asked depends on the ticket."""

    steps: tuple[Step, ...]
    keys: frozenset[str]
    comments: tuple[str, ...]
    contacts: tuple[str, ...]
    asks_ticket: bool


_plans: dict[int, tuple[SurveyDefinition, Plan]] = {}


def plan_of(definition: SurveyDefinition) -> Plan:
    """Made once a definition: a published one never changes, and thousands answer it."""
    known = _plans.get(id(definition))
    if known and known[0] is definition:
        return known[1]
    if len(_plans) >= MOST_PLANS:
        _plans.clear()
    _plans[id(definition)] = definition, _planned(definition)
    return _plans[id(definition)][1]


def _planned(definition: SurveyDefinition) -> Plan:
    keys = {
        construct: tuple(one.key for one in definition.questions if one.construct is construct)
        for construct in (Construct.COMMENT, Construct.CONTACT)
    }
    return Plan(
        tuple(_step(question) for question in definition.questions),
        frozenset(question.key for question in definition.questions),
        keys[Construct.COMMENT],
        keys[Construct.CONTACT],
        any(one.ticket for question in definition.questions for one in (*question.show_if, *question.required_if)),
    )


def _step(question: Question) -> Step:
    kept = (
        None
        if question.construct is Construct.COMMENT
        else {
            "question": question.key,
            "version": 0,
            "construct": question.construct.value,
            "kind": question.kind.value,
            "scale": _scale_kept(question),
            "value": None,
        }
    )
    must, says = question.required or bool(question.required_if), question.kind in SAYING
    return Step(question, question.key, READERS[question.kind], must, says, kept)


def checked_answers(survey: Published, given: Given, ticket: Mapping[str, str] = NO_TICKET) -> Answers:
    """The answers as they are kept, or `Invalid` with every field that is wrong.

    What an earlier answer turned off is not kept: the person sees no such question, or its "only if".
    """
    definition, plan = survey.definition, plan_of(survey.definition)
    said, errors = _read_all(plan, given, ticket)
    errors = [*_unknown(definition, plan, given), *errors]
    if not errors and not _says_something(plan, said):
        first = next((question for question in definition.questions if applies(question, said, ticket)), None)
        key = first.key if first else definition.questions[0].key
        errors.append(FieldError(key, _("Please answer at least one question, or write a few words.")))
    if errors:
        raise Invalid(_("Some answers are not right"), errors)
    return _as_kept(plan, survey.number, said, given)


def _read_all(plan: Plan, given: Given, ticket: Mapping[str, str]) -> tuple[dict[str, Any], list[FieldError]]:
    said, errors = dict[str, Any](), list[FieldError]()
    for step in plan.steps:
        said[step.key] = None
        if step.question.show_if and not applies(step.question, said, ticket):
            continue
        try:
            said[step.key] = _read(step, given, said, ticket)
        except ValueError as wrong:
            errors.append(FieldError(step.key, str(wrong)))
    return said, errors


def fields_of(question: Question) -> list[str]:
    """The names under which a form sends the answer."""
    if question.kind is Kind.MATRIX:
        return [question.key, *[f"{question.key}.{row.value}" for row in question.rows]]
    return [question.key, f"{question.key}.other"] if question.other else [question.key]


def _unknown(definition: SurveyDefinition, plan: Plan, given: Given) -> list[FieldError]:
    if given.keys() <= plan.keys:
        return []
    known = {name for question in definition.questions for name in fields_of(question)}
    return [
        FieldError(key[:100], _("There is no such question in this survey.")) for key in sorted(given.keys() - known)
    ]


def _read(step: Step, given: Given, said: Said, ticket: Mapping[str, str]) -> Any:
    question, value = step.question, given.get(step.key)
    if question.kind is Kind.MATRIX and value in (None, ""):
        value = {row.value: given.get(f"{question.key}.{row.value}") for row in question.rows}  # type: ignore[misc]
    if question.not_applicable and value in (NOT_APPLICABLE, [NOT_APPLICABLE]):
        return NOT_APPLICABLE
    read, other = step.read(question, value), _other_words(question, given)
    if other and read is None:
        read = "" if question.kind is Kind.CHOICE else []
    if read is None and step.must and must_be_answered(question, said, ticket):
        raise ValueError(_("Please answer this question."))
    return read


def _other_words(question: Question, given: Given) -> str | None:
    return read_line(question, given.get(f"{question.key}.other")) if question.other else None


def _says_something(plan: Plan, said: Said) -> bool:
    return any(step.says and said[step.key] not in (None, NOT_APPLICABLE) for step in plan.steps)


def _as_kept(plan: Plan, number: int, said: Said, given: Given) -> Answers:
    """Words of the comment stand in one place only, so that they can be removed in one place."""
    kept = [
        _entry(step.kept, number, said[step.key], _other_words(step.question, given))
        for step in plan.steps
        if step.kept is not None and said[step.key] is not None
    ]
    comment = said[plan.comments[-1]] if plan.comments else None
    return Answers(
        kept,
        "" if comment in (None, NOT_APPLICABLE) else str(comment),
        bool(plan.contacts) and said[plan.contacts[-1]] is True,
    )


def _entry(kept: dict[str, Any], version: int, value: Any, other: str | None) -> dict[str, Any]:
    entry = {**kept, "version": version, "value": None if value == NOT_APPLICABLE else value}
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
