"""Two variants, or before and after a change, from what the gate has published: whole sums, never single answers."""

from datetime import date

from analysis.disclosure import ANY, STAGE, Choice
from analysis.rules.comparison import windows
from analysis.schemas.compared import Comparison, How, Outcome, Question
from analysis.schemas.figures import Window
from analysis.service.before_after import Shown, figure_of, shown_in
from analysis.statistics import SCORES, Sums
from analysis.statistics.comparing import compare, needed
from core.db import Session


async def comparison(session: Session, scope: frozenset[str] | None, asked: Question, today: date) -> Comparison:
    advice = needed(asked.worthwhile)
    outcome = await _outcome(session, scope, asked, windows(asked, today)) if asked.complete else None
    return Comparison(asked, (advice.at_once, advice.at_any_time), outcome)


async def _outcome(
    session: Session, scope: frozenset[str] | None, asked: Question, of: tuple[Window, Window]
) -> Outcome:
    if asked.how is How.TIME:
        shown = await shown_in(session, scope, Choice(), asked.dimension, of)
    else:
        shown = [
            (await shown_in(session, scope, _choice(asked.how, key), asked.dimension, [window]))[0]
            for key, window in zip((asked.one, asked.other), of, strict=True)
        ]
    one, other = (_sums(each, asked.touchpoint) for each in shown)
    found = compare(one, other, asked.worthwhile, other_grows=asked.how is not How.TIME)
    value, low, high = (None if part is None else round(part, 1) for part in (found.value, found.low, found.high))
    figures = figure_of(one, SCORES), figure_of(other, SCORES)
    return Outcome(found.verdict.value, value, low, high, found.more, *figures, of)


def _choice(how: How, key: str) -> Choice:
    return Choice(service=key) if how is How.SERVICES else Choice(customer=key)


def _sums(shown: Shown, touchpoint: str | None) -> Sums:
    """Of one touchpoint, or of all that is told under a touchpoint's name."""
    told = [key for key in shown.blocks if key != ANY and not key.startswith(STAGE)]
    return shown.of([touchpoint] if touchpoint else told)
