"""Two groups of answers compared, or before and after, by intervals that hold however often somebody looks.

An estimate whose variance shrinks from look to look moves in information `1 / variance` like Brownian motion with a
drift (Jennison and Turnbull 1997, for differences of means with groups that stay fixed too). Robbins' normal mixture
(1970) over it gives an interval that holds at all looks at once (Howard, Ramdas, McAuliffe, Sekhon 2021, eq. 14;
Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024 for variances that are estimated).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, exp, log, sqrt

from analysis.statistics.means import SCORES, Scale, Sums, variance

ALPHA, POWER_Z = 0.05, 0.8416  # of one interval over all looks; a power of 80 %
LEAST = 20  # answers in a group: the intervals lean on the central limit theorem
WORTHWHILE = 5.0  # points of 100: below it a difference is nobody's business
USUAL_VARIANCE = 28.0**2  # of answers in five steps over 100 points, where nothing is known yet
MOST = 10_000_000


class Verdict(StrEnum):
    """`same`: whatever difference there is, it is smaller than what is worthwhile."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNDECIDED = "undecided"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Compared:
    """`value`: how much higher the one is, with an interval that holds at every look; None with too few answers.

    `more`: about how many answers more in each group would decide about a worthwhile difference.
    """

    value: float | None
    low: float | None
    high: float | None
    p_value: float
    verdict: Verdict
    more: int | None


@dataclass(frozen=True, slots=True)
class Needed:
    """Answers in each group: when it is looked at once, and when anybody may look at any time."""

    at_once: int
    at_any_time: int


@dataclass(frozen=True, slots=True)
class Side:
    """One group in the estimate, with its sign; `grows`: answers still come in."""

    sums: Sums
    sign: int
    grows: bool = True

    def error(self, scale: Scale, more: int = 0) -> float:
        return variance(self.sums, scale) / (self.sums.n + (more if self.grows else 0))


def compare(
    one: Sums, other: Sums, worthwhile: float = WORTHWHILE, scale: Scale = SCORES, design: float = 1.0,
    other_grows: bool = True,
) -> Compared:  # fmt: skip
    """Mean of one minus mean of the other: two variants, or after and before (which no longer grows).

    `worthwhile` in points has to be chosen before: the interval is tightest for it. `design`: the design effect where
    people answered more than once (Kish 1965).
    """
    return _compared([Side(one, 1), Side(other, -1, other_grows)], worthwhile, scale, design)


def compare_changes(
    after: Sums, before: Sums, control_after: Sums, control_before: Sums,
    worthwhile: float = WORTHWHILE, scale: Scale = SCORES, design: float = 1.0,
) -> Compared:  # fmt: skip
    """Difference in differences (Ashenfelter, Card 1985): the change here beyond the change where nothing was done."""
    here, there = [Side(after, 1), Side(before, -1, False)], [Side(control_after, -1), Side(control_before, 1, False)]
    return _compared(here + there, worthwhile, scale, design)


def _compared(sides: list[Side], worthwhile: float, scale: Scale, design: float) -> Compared:
    fewest = min(side.sums.n for side in sides)
    if fewest < LEAST:
        return Compared(None, None, None, 1.0, Verdict.TOO_FEW, LEAST - fewest)
    value = sum(side.sign * side.sums.total / side.sums.n for side in sides)
    error = design * sum(side.error(scale) for side in sides)
    half = half_width(error, worthwhile)
    verdict = _verdict(value, half, worthwhile)
    more = _more(sides, scale, design, worthwhile) if verdict is Verdict.UNDECIDED else None
    return Compared(value, value - half, value + half, always_valid_p(value, error, worthwhile), verdict, more)


def _verdict(value: float, half: float, worthwhile: float) -> Verdict:
    if value - half > 0:
        return Verdict.BETTER
    if value + half < 0:
        return Verdict.WORSE
    return Verdict.SAME if abs(value) + half < worthwhile else Verdict.UNDECIDED


def half_width(error: float, worthwhile: float, alpha: float = ALPHA) -> float:
    """Of the interval around an estimate whose variance is now `error`."""
    information, mixed = 1 / error, _mixing(worthwhile, alpha)
    return error * sqrt((information + mixed) * log((information + mixed) / (mixed * alpha**2)))


def always_valid_p(value: float, error: float, worthwhile: float) -> float:
    """One over the mixture martingale: passes below alpha at any look with probability alpha (Ville 1939)."""
    information, mixed = 1 / error, _mixing(worthwhile, ALPHA)
    evidence = 0.5 * (value * information) ** 2 / (information + mixed)
    return min(1.0, sqrt((information + mixed) / mixed) * exp(-min(evidence, 700.0)))


def _mixing(worthwhile: float, alpha: float) -> float:
    """The mixture's precision that makes the interval tightest when a worthwhile difference is about to show (Howard
    et al. 2021, section 3.5)."""
    at = (3.0 / worthwhile) ** 2
    return at / (2 * log(1 / alpha) + log(1 + 2 * log(1 / alpha)))


def needed(worthwhile: float = WORTHWHILE, spread: float = USUAL_VARIANCE, alpha: float = ALPHA) -> Needed:
    """How many answers each of two groups needs to show a worthwhile difference, if there is one, in 80 % of cases.

    `spread`: the variance of one answer.
    """
    z = 1.96 + POWER_Z
    at_once = ceil(2 * spread * (z / worthwhile) ** 2)
    return Needed(at_once, _smallest(lambda n: _shows(2 * spread / n, worthwhile, alpha)))


def _shows(error: float, worthwhile: float, alpha: float = ALPHA) -> bool:
    return half_width(error, worthwhile, alpha) + POWER_Z * sqrt(error) <= worthwhile


def _smallest(enough: Callable[[int], bool]) -> int:
    low, high = 1, MOST
    if not enough(high):
        return high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _more(sides: list[Side], scale: Scale, design: float, worthwhile: float) -> int | None:
    """None where more answers would not do either, because those of the past are too few."""

    def enough(more: int) -> bool:
        return _shows(design * sum(side.error(scale, more) for side in sides), worthwhile)

    found = _smallest(enough)
    return None if found == MOST else found
