"""Steps 4 and 5: what a bad visit costs (contrast), and what all passes say, each freed of who comes here."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments import cells as c
from analysis.statistics.moments.arrays import Floats, ratio

SMALLEST, SMALLEST_WEIGHT = 1e-6, 1e-9
KNOWN_KNOWN, KNOWN_SHARED = (3, 3), (3, 4)


@dataclass(frozen=True, slots=True)
class ClassPool:
    """What the classes of all touchpoints have in common, for one class of visits."""

    confounding: float
    spread_of_confounding: float  # variance between touchpoints
    noise: float  # of one row, relative to its weight
    noise_before: float  # of what was said before, relative to what is known by it


@dataclass(frozen=True, slots=True)
class Group:
    """The visits of one class: mean surprise without confounding, and its variance."""

    n: Floats
    weight: Floats
    mean: Floats
    variance: Floats
    confounding: Floats  # its own estimate, before shrinkage
    confounding_variance: Floats
    noise: Floats


@dataclass(frozen=True, slots=True)
class Means:
    """Weighted means of D, B, R, S and the sums of squared weights times their products."""

    n: Floats
    weight: Floats
    d: Floats
    b: Floats
    r: Floats
    s: Floats
    second: Floats

    @classmethod
    def of(cls, sums: Floats) -> "Means":
        weight = np.maximum(sums[..., c.WEIGHT], SMALLEST_WEIGHT)
        d, b, r, s = (sums[..., column] / weight for column in (c.DIFFERENCE, c.PREDICTED, c.KNOWN, c.SHARED))
        return cls(sums[..., c.LINKED], weight, d, b, r, s, sums[..., c.SECOND])

    def variance(self, *influence: Floats) -> Floats:
        """Of a mean whose rows have this influence, linear in (1, D, B, R, S)."""
        total = np.zeros_like(self.weight)
        for (i, j), column in zip(c.PAIRS, np.moveaxis(self.second, -1, 0), strict=True):
            total = total + influence[i] * influence[j] * column * (1 if i == j else 2)
        return np.asarray(np.maximum(total, 0) / self.weight**2)

    def product(self, pair: tuple[int, int]) -> Floats:
        """Sum of squared weights times two of (1, D, B, R, S)."""
        return np.asarray(self.second[..., c.PAIRS.index(pair)])

    @property
    def effective(self) -> Floats:
        """Sum of squared shares: one over the effective number of rows (Kish)."""
        return np.asarray(self.second[..., 0] / self.weight**2)


def confounding(means: Means, otherwise: float, noise_before: float, borrowed: float) -> tuple[Floats, Floats]:
    """How far people who come into this class were off before, from what was said before (a negative control).

    A few people with a history cannot tell their own spread: it is moderated by that of all (Smyth 2004), where the
    prediction of one row varies by what is known of it, R times S, times `noise_before`.
    """
    found = np.where(means.r * means.weight > SMALLEST, ratio(means.b, means.r), otherwise)
    zero, one = np.zeros_like(found), np.ones_like(found)
    of_rows = means.variance(zero, zero, one, -found, zero)
    usual = noise_before * means.product(KNOWN_SHARED) / means.weight**2
    freedom = np.maximum(ratio((means.r * means.weight) ** 2, means.product(KNOWN_KNOWN)) - 1, 0)
    variance = (borrowed * usual + freedom * of_rows) / (borrowed + freedom)
    return found, variance / np.maximum(means.r, SMALLEST) ** 2


def noise_before(sums: Floats, common: float) -> float:
    """Of all touchpoints together, around what they have in common."""
    means = Means.of(sums.sum(axis=0))
    zero, one = np.zeros(()), np.ones(())
    spread = means.variance(zero, zero, one, np.asarray(-common), zero) * means.weight**2
    return float(spread / max(SMALLEST, float(means.product(KNOWN_SHARED))))


def corrected(sums: Floats, pool: ClassPool, design: Floats | float, borrowed: float) -> Group:
    means = Means.of(sums)
    own, own_variance = confounding(means, pool.confounding, pool.noise_before, borrowed)
    own_variance = np.maximum(own_variance, 1e-4)
    trust = pool.spread_of_confounding / (pool.spread_of_confounding + own_variance)
    shrunk = trust * own + (1 - trust) * pool.confounding
    unknown = means.s - means.r
    sampling = _sampling_variance(means, own, shrunk, unknown * trust)
    rows, effective = np.maximum(means.n, SMALLEST), np.maximum(means.effective, 1e-12)
    noise = sampling / effective * rows / np.maximum(rows - 1, 1)
    freedom = np.maximum(rows - 1, 0)
    moderated = (borrowed * pool.noise + freedom * noise) / (borrowed + freedom) * means.effective
    left = (unknown * (1 - trust)) ** 2 * pool.spread_of_confounding
    weight = np.where(means.n > 0, means.weight, 0.0)
    mean = means.d - unknown * shrunk
    return Group(means.n, weight, mean, moderated * design + left, own, own_variance, noise)


def _sampling_variance(means: Means, own: Floats, shrunk: Floats, trusted: Floats) -> Floats:
    """Delta method on D - (S - R) c, where c is itself partly B / R."""
    pull = trusted / np.maximum(means.r, 1e-3)
    one = np.ones_like(own)
    constant = -means.d + shrunk * (means.s - means.r)
    return means.variance(constant, one, -pull, shrunk + pull * own, -shrunk)


@dataclass(frozen=True, slots=True)
class Contrast:
    """Points lost by one bad and by one middling visit, beside a fine one."""

    bad: Floats
    bad_variance: Floats
    middling: Floats
    middling_variance: Floats
    shared_variance: Floats  # of the fine visits: in both of the above

    @classmethod
    def of(cls, bad: Group, middling: Group, fine: Group) -> "Contrast":
        return cls(
            fine.mean - bad.mean,
            bad.variance + fine.variance,
            fine.mean - middling.mean,
            middling.variance + fine.variance,
            fine.variance,
        )


@dataclass(frozen=True, slots=True)
class Everybody:
    """What the passes of all touchpoints have in common, whatever was answered here."""

    spread: float  # of confounding, variance between touchpoints
    noise_before: float
    design: float
    borrowed: float


def over_all(sums: Floats, of: Everybody) -> tuple[Floats, Floats]:
    """Mean loss over all passes, answered here or not, and its variance."""
    means, spread, design = Means.of(sums), of.spread, of.design
    own, own_variance = confounding(means, 0.0, of.noise_before, of.borrowed)
    trust = spread / (spread + np.maximum(own_variance, 1e-5))
    unknown = means.s - means.r
    sampling = _sampling_variance(means, own, trust * own, unknown * trust)
    left = (unknown * (1 - trust)) ** 2 * spread
    return -(means.d - unknown * trust * own), np.maximum(sampling, 1e-6) * design + left
