"""Whether one question can be asked as it stands."""

from collections.abc import Iterator, Sequence

from core.i18n import gettext as _
from surveys.rules.reading import NOT_APPLICABLE
from surveys.rules.scales import ENDS, scale_of, steps_of
from surveys.schemas import DIMENSIONS, OFFERED, SCALED, SEVERAL, Construct, Kind, Option, Question

# The form's own fields; a question of that name would be taken for them.
RESERVED = frozenset({"submission_key", "language", "lang", "token"})
KINDS_OF: dict[Construct, frozenset[Kind]] = {
    **dict.fromkeys(DIMENSIONS, frozenset({Kind.RATING})),
    Construct.SATISFACTION: frozenset({Kind.RATING, Kind.CSAT}),
    Construct.OVERALL: frozenset({Kind.RATING, Kind.CSAT}),
    Construct.EXPECTATION: frozenset({Kind.RATING}),
    Construct.EFFORT: frozenset({Kind.RATING, Kind.CES}),
    Construct.RECOMMENDATION: frozenset({Kind.NPS}),
    Construct.LOST_TIME: frozenset({Kind.CHOICE, Kind.MINUTES}),
    Construct.COMMENT: frozenset({Kind.TEXT}),
    Construct.CONTACT: frozenset({Kind.CHECKBOX}),
}


def question_faults(question: Question) -> Iterator[tuple[str, str]]:
    if question.key in RESERVED:
        yield "key", _("is a name that the form itself uses")
    if not (question.wording.zh.strip() and question.wording.en.strip()):
        yield "wording", _("is needed in both languages")
    if question.hint and bool(question.hint.zh.strip()) != bool(question.hint.en.strip()):
        yield "hint", _("is needed in both languages, or in none")
    kinds = KINDS_OF.get(question.construct)
    if kinds and question.kind not in kinds:
        yield "kind", _("what it measures is not asked for in this way")
    if question.kind in SCALED or question.kind is Kind.MATRIX:
        yield from _scale_faults(question)
    if question.kind in OFFERED:
        yield from _option_faults(question)
    yield from _idle_faults(question)
    if question.kind is Kind.MATRIX:
        yield from _named("rows", question.rows, 1)


def _scale_faults(question: Question) -> Iterator[tuple[str, str]]:
    scale = scale_of(question)
    if not scale or scale.max <= scale.min:
        yield "scale", _("a scale runs from a smaller number to a larger one")
        return
    if (scale.min, scale.max) not in ENDS.get(question.kind, {(scale.min, scale.max)}):
        yield "scale", _("this kind of question has a scale of its own: 1-5 for CSAT, 1-5 or 1-7 for CES, 0-10 for NPS")
    if len(scale.labels) not in (2, len(steps_of(scale))):
        yield "scale", _("a scale has a word for each step, or for its two ends")
    if not all(label.zh.strip() and label.en.strip() for label in scale.labels):
        yield "scale", _("is needed in both languages")


def _option_faults(question: Question) -> Iterator[tuple[str, str]]:
    yield from _named("options", question.options, 2)
    values = [option.value for option in question.options]
    if NOT_APPLICABLE in values:
        yield "options", _("“na” means that a question does not apply, and cannot be an answer")
    if question.construct is Construct.LOST_TIME and not all(value.isdecimal() for value in values):
        yield "options", _("each answer to the question for lost time has a number of minutes as its value")
    if question.construct is Construct.LOST_TIME and question.other:
        yield "other", _("something else is no number of minutes")
    scored = [option.scores for option in question.options if option.scores]
    if any(low > high for low, high in scored):
        yield "options", _("a reason is offered from a lower score to a higher one")
    if bool(scored) != bool(question.reasons_for):
        yield (
            "reasons_for",
            _("reasons that depend on a score need the question of the score, and scores at the reasons"),
        )


def _named(field: str, options: Sequence[Option], fewest: int) -> Iterator[tuple[str, str]]:
    values = [option.value for option in options]
    if len(values) < fewest or len(set(values)) != len(values):
        yield field, _("at least %(fewest)s different answers are needed") % {"fewest": fewest}
    if not all(option.label.zh.strip() and option.label.en.strip() for option in options):
        yield field, _("is needed in both languages")


def _idle_faults(question: Question) -> Iterator[tuple[str, str]]:
    """Settings that this kind of question cannot have."""
    if question.options and question.kind not in OFFERED:
        yield "options", _("only a choice has answers to choose from")
    if question.scale and question.kind not in SCALED and question.kind is not Kind.MATRIX:
        yield "scale", _("only a scored question has a scale")
    if question.rows and question.kind is not Kind.MATRIX:
        yield "rows", _("only a matrix has rows")
    if question.other and question.kind not in SEVERAL | {Kind.CHOICE}:
        yield "other", _("only a choice can be answered by something else")
    if question.shuffle and question.kind not in OFFERED:
        yield "shuffle", _("only a choice has answers to shuffle")
    if question.reasons_for and question.kind is not Kind.REASONS:
        yield "reasons_for", _("only reasons depend on a score")
    if question.not_applicable and question.construct in (Construct.COMMENT, Construct.CONTACT):
        yield "not_applicable", _("such a question always applies")
