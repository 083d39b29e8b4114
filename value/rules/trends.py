"""How a figure moves, and how sure that is."""

from collections.abc import Sequence
from math import sqrt

from analysis.schemas.figures import Figure
from analysis.schemas.reports import Difference
from analysis.statistics.means import CONFIDENCE, quantile

FEWEST_MONTHS = 6
Months = Sequence[tuple[int, float | None]]


def spread_of(value: float, n: int | None, sd: float | None) -> tuple[float, float] | None:
    """Student's 95 % interval of a mean of `n` values whose standard deviation is `sd`."""
    if n is None or sd is None or n < 2:
        return None
    half = quantile(n - 1, (1 + CONFIDENCE) / 2) * sd / sqrt(n)
    return value - half, value + half


def moved(later: Figure, earlier: Figure) -> Difference | None:
    """Later minus earlier, its interval recovered from both (MOVER: Zou and Donner 2008, Statistics in Medicine 27)."""
    if later.value is None or earlier.value is None:
        return None
    if later.low is None or later.high is None or earlier.low is None or earlier.high is None:
        return None
    value = later.value - earlier.value
    down = sqrt((later.value - later.low) ** 2 + (earlier.high - earlier.value) ** 2)
    up = sqrt((later.high - later.value) ** 2 + (earlier.value - earlier.low) ** 2)
    return _rounded(value, value - down, value + up)


def slope(months: Months) -> Difference | None:
    """What a figure moves in a month: the straight line through all months (least squares), with Student's interval
    from how much they lie off it. None with fewer than six months."""
    told = [(month, value) for month, value in months if value is not None]
    if len(told) < FEWEST_MONTHS:
        return None
    middle = sum(month for month, _value in told) / len(told)
    mean = sum(value for _month, value in told) / len(told)
    wide = sum((month - middle) ** 2 for month, _value in told)
    by = sum((month - middle) * (value - mean) for month, value in told) / wide
    off = sum((value - mean - by * (month - middle)) ** 2 for month, value in told)
    half = quantile(len(told) - 2, (1 + CONFIDENCE) / 2) * sqrt(off / (len(told) - 2) / wide)
    return _rounded(by, by - half, by + half)


def _rounded(value: float, low: float, high: float) -> Difference:
    """To two digits of how unsure it is, so that small moves of small figures are not rounded away."""
    digits = next((n for n in range(1, 6) if (high - low) * 10**n >= 20), 6)
    return Difference(round(value, digits), round(low, digits), round(high, digits))
