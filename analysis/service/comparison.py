"""Two variants, or before and after a change, from what the gate has published: whole sums. Of surveys alone single
answers are read: of whole months that are over, of everybody in scope together."""

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from analysis.disclosure import ANY, STAGE, Choice, stepped, veiled
from analysis.models import Dimension
from analysis.queries.variants import Scored, scores_of_variant
from analysis.rules.comparison import windows
from analysis.schemas.compared import Comparison, How, Outcome, Question
from analysis.schemas.figures import Figure, Window, first_day
from analysis.service.before_after import Shown, figure_of, shown_in
from analysis.service.flow import bounds
from analysis.statistics import SCORES, Sums
from analysis.statistics.comparing import Compared, compare, needed
from core.db import Session
from core.settings import settings
from surveys.queries.variants import asked_of

ALL = 100
YES_OR_NO = 50.0**2  # the most that a share can vary, in points of 100


async def comparison(session: Session, scope: frozenset[str] | None, asked: Question, today: date) -> Comparison:
    advice = needed(asked.worthwhile) if asked.dimension else needed(asked.worthwhile, YES_OR_NO)
    outcome = await _outcome(session, scope, asked, windows(asked, today)) if asked.complete else None
    return Comparison(asked, (advice.at_once, advice.at_any_time), outcome)


async def _outcome(
    session: Session, scope: frozenset[str] | None, asked: Question, of: tuple[Window, Window]
) -> Outcome:
    if asked.dimension is None:
        return await _of_rates(session, scope, asked, of)
    if asked.how is How.SURVEYS:
        return await _of_surveys(session, scope, asked, asked.dimension, of)
    if asked.how is How.TIME:
        shown = await shown_in(session, scope, Choice(), asked.dimension, of)
    else:
        shown = [
            (await shown_in(session, scope, _choice(asked.how, key), asked.dimension, [window]))[0]
            for key, window in zip((asked.one, asked.other), of, strict=True)
        ]
    one, other = (_sums(each, asked.touchpoint) for each in shown)
    found = compare(one, other, asked.worthwhile, other_grows=asked.how is not How.TIME)
    return _told(found, figure_of(one, SCORES), figure_of(other, SCORES), of)


def _told(found: Compared, one: Figure, other: Figure, of: tuple[Window, Window]) -> Outcome:
    value, low, high = (None if part is None else round(part, 1) for part in (found.value, found.low, found.high))
    return Outcome(found.verdict.value, value, low, high, found.more, one, other, of)


async def _of_surveys(
    session: Session, scope: frozenset[str] | None, asked: Question, dimension: Dimension, of: tuple[Window, Window]
) -> Outcome:
    one, other = [
        summed(
            await scores_of_variant(session, scope, dimension, key, window.start, first_day(window.last + 1)),
            settings().min_group,
        )
        for key, window in zip((asked.one, asked.other), of, strict=True)
    ]
    return _told(compare(one, other, asked.worthwhile), _stepped(one), _stepped(other), of)


async def _of_rates(
    session: Session, scope: frozenset[str] | None, asked: Question, of: tuple[Window, Window]
) -> Outcome:
    one, other = [
        rated(*await asked_of(session, scope, key, *bounds(window)), settings().min_group)
        for key, window in zip((asked.one, asked.other), of, strict=True)
    ]
    return _told(compare(one, other, asked.worthwhile), figure_of(one, SCORES), figure_of(other, SCORES), of)


def rated(asked: int, answered: int, minimum: int) -> Sums:
    """Who answered counts 100, who did not 0; both in steps, as response rates are told everywhere. Nothing where too
    few were asked, or so few answered that it would tell of single people who did, or did not."""
    if min(answered, asked - answered) < minimum:
        return Sums()
    asked, answered = stepped(asked, minimum), stepped(answered, minimum)
    return Sums(asked, ALL * answered, ALL**2 * answered)


def summed(answers: Sequence[Scored], minimum: int) -> Sums:
    """Nothing where too few people gave them; where all agree, as if one had not quite."""
    if len({one.person for one in answers}) < minimum:
        return Sums()
    scores = [round(one.score) for one in answers]
    return veiled(Sums(len(scores), sum(scores), sum(score * score for score in scores)))


def _stepped(sums: Sums) -> Figure:
    """How many is told in steps: else the sum could be worked out of the mean."""
    found = figure_of(sums, SCORES)
    return found if found.n is None else replace(found, n=stepped(found.n, settings().min_group))


def _choice(how: How, key: str) -> Choice:
    return Choice(service=key) if how is How.SERVICES else Choice(customer=key)


def _sums(shown: Shown, touchpoint: str | None) -> Sums:
    """Of one touchpoint, or of all that is told under a touchpoint's name."""
    told = [key for key in shown.blocks if key != ANY and not key.startswith(STAGE)]
    return shown.of([touchpoint] if touchpoint else told)
