"""Did a change help? Before and after at one place, against what places nobody touched did in the same months.

Places change by themselves, and what was picked because it looked bad comes back by itself. Both are measured on the
untouched places instead of being assumed. For each place k: y_k, mean after minus mean before, with the variance v_k of
its answers; x_k, how much of its last deviation from its own past is chance:

    d_k = mean before - mean of the past        x_k = -d_k * (1 - t2 / (t2 + var d_k))     t2: from all k
    y_k = a + c * x_k + u_k + e_k,   u ~ N(0, tau2), e ~ N(0, v_k),   c ~ N(1, 1/4) beforehand

a takes season and drift that all share, c the regression to the mean (analysis of covariance: Barnett, van der Pols
and Dobson 2005; shrinkage: Morris 1983), tau2 what places do for no reason (random effects: DerSimonian and Laird
1986). The effect is what the touched place did beyond its prediction (prediction interval: Higgins, Thompson and
Spiegelhalter 2009).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.comparing import half_width
from analysis.statistics.means import SCORES, Scale, Sums, quantile, variance

FEWEST_PLACES = 4  # below: an interrupted series
FREEDOM_OF_A_VARIANCE = 20.0  # how much a place's own variance is trusted against that of all of them
FEWEST_ANSWERS = 2
CHANCE_KNOWN = (1.0, 0.25)  # mean and variance of c beforehand
LOOKING = 0.01  # what of the error is spent on looks before the day of judgement
JUDGING = 0.04

Floats = NDArray[np.float64]
NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class Place:
    """Answers of one place. `past`: those from before the months that made it look bad; none where it was not picked
    by the months before the change."""

    before: Sums
    after: Sums
    past: Sums = NOTHING

    @property
    def usable(self) -> bool:
        return min(self.before.n, self.after.n) >= FEWEST_ANSWERS


@dataclass(frozen=True, slots=True)
class Effect:
    """Points, on the scale of the answers. `settled`: the part of the variance that more answers afterwards do not
    lessen; `spread`: the variance of one answer afterwards; `by_itself`: what the place would have done anyway, of
    which `chance` is regression to the mean. `compared`: untouched places, 0: an interrupted series."""

    value: float
    settled: float
    spread: float
    n: int
    freedom: float
    by_itself: float = 0.0
    chance: float = 0.0
    compared: int = 0

    @property
    def variance(self) -> float:
        return self.settled + self.spread / self.n


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def effect(touched: Place, untouched: Sequence[Place], scale: Scale = SCORES) -> Effect | None:
    """None: not enough answers, or fewer than four untouched places."""
    places = [place for place in untouched if place.usable]
    if not touched.usable or len(places) < FEWEST_PLACES:
        return None
    spreads = _spreads([touched, *places], scale)
    chance = _chances([touched, *places], spreads)
    y = np.array([_moved(place) for place in places])
    v = np.array([_noise(place, spread) for place, spread in zip(places, spreads[1:], strict=True)])
    fit, tau2, freedom = _fitted(y, chance[1:], v)
    row = np.array([1.0, chance[0]])
    by_itself, unsure = float(row @ fit.estimate), float(row @ fit.covariance @ row)
    return Effect(
        value=_moved(touched) - by_itself,
        settled=tau2 + unsure + spreads[0] / touched.before.n,
        spread=spreads[0],
        n=touched.after.n,
        freedom=freedom,
        by_itself=by_itself,
        chance=float(chance[0] * fit.estimate[1]),
        compared=len(places),
    )


def interval(found: Effect, judging: bool, planned: int = 0) -> Interval:
    """On the day of judgement once, at 96 %; before it as often as anybody likes, together at 99 %. Together they are
    wrong in at most 5 of 100 cases."""
    half = _half(found, JUDGING) if judging else _always(found, max(planned, found.n))
    return Interval(found.value - half, found.value + half)


def answers_needed(found: Effect, margin: float) -> int | None:
    """How many answers afterwards, all told, make the interval as narrow as +- `margin`; None: however many, it stays
    wider, because places differ by more than that for no reason."""
    room = (margin / quantile(found.freedom, 1 - JUDGING / 2)) ** 2 - found.settled
    return None if room <= 0 else max(1, int(np.ceil(found.spread / room)))


def _half(found: Effect, error: float) -> float:
    return quantile(found.freedom, 1 - error / 2) * sqrt(found.variance)


def _always(found: Effect, planned: int) -> float:
    """One bound for all looks together, tightest for the answers that are planned. Few degrees of freedom widen it as
    they widen a t interval."""
    aim = sqrt(found.settled + found.spread / planned)
    few = quantile(found.freedom, 1 - LOOKING / 2) / quantile(1e6, 1 - LOOKING / 2)
    return few * half_width(found.variance, 3 * aim, LOOKING)


def _moved(place: Place) -> float:
    return place.after.total / place.after.n - place.before.total / place.before.n


def _noise(place: Place, spread: float) -> float:
    return spread * (1 / place.before.n + 1 / place.after.n)


def pooled(groups: Sequence[Sums], scale: Scale) -> float:
    """The variance of an answer within groups."""
    sizes = np.array([one.n - 1 for one in groups], dtype=np.float64)
    return float(np.array([variance(one, scale) for one in groups]) @ sizes / sizes.sum())


def _spreads(places: Sequence[Place], scale: Scale) -> list[float]:
    """The variance of one answer of each place, drawn towards that of all of them: of few answers it is a guess."""
    own = [pooled([one for one in (place.before, place.after) if one.n > 1], scale) for place in places]
    sizes = np.array([place.before.n + place.after.n - 2 for place in places], dtype=np.float64)
    common = float(np.array(own) @ sizes / sizes.sum())
    known = sizes / (sizes + FREEDOM_OF_A_VARIANCE)
    return [float(share * one + (1 - share) * common) for share, one in zip(known, own, strict=True)]


def _chances(places: Sequence[Place], spreads: Sequence[float]) -> Floats:
    """What each place's last deviation from its past lets expect afterwards, by chance alone; 0 without a past."""
    compared = [place.past.n >= FEWEST_ANSWERS for place in places]
    if not compared[0] or sum(compared) <= FEWEST_PLACES:
        return np.zeros(len(places))
    d, v = np.zeros(len(places)), np.full(len(places), np.inf)
    for k, (place, spread) in enumerate(zip(places, spreads, strict=True)):
        if compared[k]:
            d[k] = place.before.total / place.before.n - place.past.total / place.past.n
            v[k] = spread * (1 / place.before.n + 1 / place.past.n)
    others = np.array([k for k in range(1, len(places)) if compared[k]])
    common = float(np.average(d[others], weights=1 / v[others]))
    t2 = _tau2(d[others], np.ones((len(others), 1)), v[others])
    return np.where(np.isfinite(v), -(d - common) * (1 - t2 / (t2 + v)), 0.0)


@dataclass(frozen=True)
class _Fit:
    estimate: Any
    covariance: Any


def _fitted(y: Floats, chance: Floats, v: Floats) -> tuple[_Fit, float, float]:
    """Intercept and slope, the variance among places beyond their answers, and its degrees of freedom."""
    some = bool(np.any(chance))
    design = np.column_stack([np.ones(len(y)), chance])
    columns = design if some else design[:, :1]
    tau2 = _tau2(y, columns, v)
    fit = _least_squares(y, design, 1 / (v + tau2))
    return fit, tau2, float(len(y) - columns.shape[1])


def _least_squares(y: Floats, design: Floats, weight: Floats) -> _Fit:
    """Weighted; what is known of the slope beforehand counts as one more observation."""
    mean, spread = CHANCE_KNOWN
    precision = design.T @ (weight[:, None] * design) + np.diag([0.0, 1 / spread])
    covariance = np.linalg.inv(precision)
    return _Fit(covariance @ (design.T @ (weight * y) + np.array([0.0, mean / spread])), covariance)


def _tau2(y: Floats, design: Floats, v: Floats) -> float:
    """DerSimonian and Laird's moment estimate, with regressors; and where it comes out below zero, zero."""
    weight = 1 / v
    inverse = np.linalg.inv(design.T @ (weight[:, None] * design))
    fitted = design @ (inverse @ (design.T @ (weight * y)))
    beyond = float(weight @ (y - fitted) ** 2) - (len(y) - design.shape[1])
    scale = float(weight.sum() - np.trace(inverse @ (design.T @ (weight[:, None] ** 2 * design))))
    return max(0.0, beyond / scale) if scale > 0 else 0.0
