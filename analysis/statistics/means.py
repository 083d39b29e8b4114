"""Means of scores and what is not known about them. Formulas and limits: docs/reports.md."""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Sums:
    """All that a mean and its interval need of a group of whole scores; groups add up exactly."""

    n: int = 0
    total: int = 0
    squares: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.n + other.n, self.total + other.total, self.squares + other.squares)

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(self.n - other.n, self.total - other.total, self.squares - other.squares)

    @property
    def unanimous(self) -> bool:
        """Everyone gave the same score."""
        return self.n > 0 and self.n * self.squares == self.total**2


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Scale:
    """`step` is the distance between two answers that could be given."""

    low: float = 0.0
    high: float = 100.0
    step: float = 25.0

    def clip(self, value: float) -> float:
        return min(self.high, max(self.low, value))


SCORES = Scale()


def mean(sums: Sums, scale: Scale = SCORES) -> Estimate:
    """Mean with Student's t interval, held inside the scale; one answer alone says nothing about the others."""
    if sums.n == 0:
        raise ValueError("a mean of no answers")
    value = sums.total / sums.n
    if sums.n == 1:
        return Estimate(value, scale.low, scale.high, 1)
    half = _t(sums.n - 1) * sqrt(variance(sums, scale) / sums.n)
    return Estimate(value, scale.clip(value - half), scale.clip(value + half), sums.n)


def variance(sums: Sums, scale: Scale) -> float:
    """Of one answer, n - 1 in the denominator, and never less than rounding to the steps of the scale alone makes:
    step^2 / 12 (Sheppard 1898; JCGM 100:2008, 4.3.7). Without it five equal answers would claim certainty."""
    exact = (sums.squares - sums.total**2 / sums.n) / (sums.n - 1)
    return max(exact, scale.step**2 / 12)


def difference(one: Sums, other: Sums, scale: Scale = SCORES) -> Estimate | None:
    """Mean of one minus mean of the other with Welch's interval (Biometrika 34, 1947); None with a group below 2."""
    if min(one.n, other.n) < 2:
        return None
    of_one, of_other = variance(one, scale) / one.n, variance(other, scale) / other.n
    spread = of_one + of_other
    freedom = spread**2 / (of_one**2 / (one.n - 1) + of_other**2 / (other.n - 1))
    half = _t(freedom) * sqrt(spread)
    value = one.total / one.n - other.total / other.n
    return Estimate(value, value - half, value + half, one.n + other.n)


def _t(freedom: float) -> float:
    return quantile(freedom, (1 + CONFIDENCE) / 2)


def quantile(freedom: float, probability: float) -> float:
    """Of Student's t; degrees of freedom rounded, so that it is not worked out anew for each group."""
    return _quantile(round(freedom, 1) if freedom < 100 else round(freedom), probability)


@lru_cache(maxsize=4096)
def _quantile(freedom: float, probability: float) -> float:
    from scipy.special import stdtrit  # half a second to load, which the start of the server need not wait for

    return float(stdtrit(freedom, probability))
