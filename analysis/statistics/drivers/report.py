"""The whole question: which touchpoints move the outcome, how sure is that, and is there anything at all?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.statistics.drivers.correlations import Sums
from analysis.statistics.drivers.importance import MOST_EXACT, coefficients, explained, importance
from analysis.statistics.drivers.penalties import Step, kano, steps
from analysis.statistics.drivers.ranking import DRAWS, SURE, Drawn, interval, rankable
from analysis.statistics.drivers.reliability import by_chance, explained_elsewhere
from analysis.statistics.drivers.segments import segments
from analysis.statistics.drivers.shapes import VERSION, Driver, DriversReport, Floats, Ratings

LEAST_ROWS, LEAST_PER_TOUCHPOINT = 20, 5
MOST_BY_CHANCE = 0.05
LEAST_EXPLAINED = 0.01  # of the variance of answers not learned from
EXACT = 0.99
PARTS = "the outcome follows (almost) exactly from these columns: they seem to be parts of the same whole"
NO_DRIVER = "no reliable driver found"
TOO_SMALL = "n too small to rank"
SEED = 20_240_101  # the same answer for the same data


@dataclass(frozen=True, slots=True)
class _Seen:
    correlations: Floats
    importance: Floats
    drawn: Drawn
    steps: list[tuple[Step | None, Step | None]]
    ranked: bool


def drivers(ratings: Ratings, labels: Sequence[str] | None = None, notices: Sequence[str] = ()) -> DriversReport:
    """`labels`: the segment of each row, empty where unknown. Rows without an outcome must have been left out."""
    random = np.random.default_rng(SEED)
    usable, said = _varying(ratings)
    notices = [*notices, *said]
    least = max(LEAST_ROWS, LEAST_PER_TOUCHPOINT * len(usable.names))
    if not usable.names or np.ptp(usable.outcome) == 0 or len(usable) < least:
        return _nothing(usable, notices, least)
    elsewhere, chance = explained_elsewhere(usable, random), by_chance(usable, random)
    seen = _seen(usable, random)
    reliable = elsewhere >= LEAST_EXPLAINED and chance <= MOST_BY_CHANCE
    found = _drivers(usable, seen)
    return DriversReport(
        verdict=_verdict(seen, found, elsewhere) if reliable else NO_DRIVER,
        notices=tuple(notices),
        n=len(usable),
        explained=explained(seen.correlations),
        explained_elsewhere=elsewhere,
        p_value=chance,
        drivers=tuple(found),
        segments=segments(usable, labels, random) if labels is not None and reliable else (),
        method=_method(usable),
    )


def _varying(ratings: Ratings) -> tuple[Ratings, list[str]]:
    """A touchpoint that everybody rates alike, or nobody, cannot explain a difference."""
    lowest = np.nanmin(ratings.scores, axis=0, initial=np.inf) if len(ratings) else np.zeros(len(ratings.names))
    highest = np.nanmax(ratings.scores, axis=0, initial=-np.inf) if len(ratings) else np.zeros(len(ratings.names))
    varies = lowest < highest
    left_out = [
        f"{name} left out: no two ratings differ" for name, ok in zip(ratings.names, varies, strict=True) if not ok
    ]
    names = tuple(name for name, ok in zip(ratings.names, varies, strict=True) if ok)
    return Ratings(names, ratings.scores[:, varies], ratings.outcome), left_out


def _nothing(ratings: Ratings, notices: list[str], least: int) -> DriversReport:
    if not ratings.names:
        verdict = f"{NO_DRIVER}: there are no ratings to look at"
    elif len(ratings) < least:
        verdict = f"{TOO_SMALL}: {len(ratings)} rows, {least} are needed for {len(ratings.names)} touchpoints"
    else:
        verdict = f"{NO_DRIVER}: the outcome is the same in all rows"
    return DriversReport(verdict, tuple(notices), len(ratings), None, None, None, method=_method(ratings))


def _method(ratings: Ratings) -> dict[str, object]:
    exact = len(ratings.names) <= MOST_EXACT
    return {
        "version": VERSION,
        "importance": "LMG (Shapley value of R squared)" if exact else "relative weights (Johnson)",
        "draws": DRAWS,
        "reads": "shares of correlation, not causes: leniency and mood make every touchpoint a driver",
    }


def _seen(ratings: Ratings, random: np.random.Generator) -> _Seen:
    sums = Sums.of(ratings, random)
    correlations = sums.correlations()
    drawn = Drawn.of(sums, DRAWS, random)
    ranked = rankable(drawn.importance)
    return _Seen(correlations, importance(correlations), drawn, steps(ratings), ranked)


def _drivers(ratings: Ratings, seen: _Seen) -> list[Driver]:
    order = np.argsort(-seen.importance, kind="stable")
    beside, between = coefficients(seen.correlations), seen.drawn.rank_between()
    total = max(float(seen.importance.sum()), 1e-12)
    return [
        Driver(
            touchpoint=ratings.names[k],
            n=int((~np.isnan(ratings.scores[:, k])).sum()),
            importance=float(seen.importance[k]),
            ci95=interval(seen.drawn.importance[:, k]),
            share=float(seen.importance[k]) / total,
            rank=place if seen.ranked else None,
            rank_between=between[k],
            correlation=float(seen.correlations[k, -1]),
            correlation_ci95=interval(seen.drawn.correlation[:, k]),
            coefficient=float(beside[k]),
            sign=_sign(seen.drawn.correlation[:, k]),
            **_apart(*seen.steps[k]),
        )
        for place, k in enumerate(map(int, order), start=1)
    ]


def _apart(penalty: Step | None, reward: Step | None) -> dict[str, Any]:
    return {
        "penalty": penalty and penalty.value,
        "penalty_ci95": penalty and (penalty.low, penalty.high),
        "reward": reward and reward.value,
        "reward_ci95": reward and (reward.low, reward.high),
        "kind": kano(penalty, reward),
    }


def _sign(correlations: Floats) -> str:
    low, high = interval(correlations)
    if low > 0:
        return "positive"
    return "negative" if high < 0 else "unclear"


def _verdict(seen: _Seen, found: list[Driver], elsewhere: float) -> str:
    if elsewhere >= EXACT:
        return f"{NO_DRIVER}: {PARTS}"
    if not seen.ranked:
        return f"{TOO_SMALL}: something drives the outcome, and it cannot be said which first"
    tied = tied_for_first(seen.drawn, int(np.argmax(seen.importance)))
    if len(tied) == 1:
        sign = ", with a negative sign" if found[0].sign == "negative" else ""
        return f"{found[0].touchpoint} is the strongest driver{sign}"
    first = [driver.touchpoint for driver in found][: len(tied)]
    return f"a tie for the first place: {', '.join(first)}"


def tied_for_first(drawn: Drawn, first: int) -> list[int]:
    """Touchpoints that the first one does not clearly surpass."""
    above = drawn.above()[first]
    return [k for k in range(len(above)) if k == first or above[k] < SURE]
