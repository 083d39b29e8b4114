"""An interrupted series: did a change help, where there is nothing to compare with but the place's own past?

The months afterwards are predicted from the months before, as a level nobody knows beforehand plus four kinds of wander
(Harvey 1989), each with a variance of its own, in parts of the variance of one answer:

    passing   each month by itself                     lasting   a random walk
    season    a yearly wave (cov = s cos(2 pi lag/12))  drift     a steady rise or fall

A few months hardly tell these variances, so none is picked: every combination of a grid predicts, and counts by how
well it explains the months before times how likely it is beforehand, large wanders being rare (half-normal, `USUAL`).
What comes out is their mixture (Bayesian model averaging: Hoeting, Madigan, Raftery and Volinsky 1999), whose variance
holds what they do not agree on. A season is told from an effect only as far as the same months of the year before are
there.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from analysis.statistics.before_after import FEWEST_ANSWERS, Effect, Floats, pooled
from analysis.statistics.means import SCORES, Scale, Sums

FEWEST_MONTHS = 4
FEWEST_FREEDOM = 3.0
YEAR = 12
# Standard deviations, in parts of that of one answer; drift and lasting by month.
STEPS = (
    (0.0, 0.06, 0.12, 0.2, 0.3, 0.45),
    (0.0, 0.03, 0.06, 0.1, 0.16, 0.25),
    (0.0, 0.1, 0.2, 0.32, 0.5),
    (0.0, 0.01, 0.025),
)
USUAL = (0.15, 0.065, 0.2, 0.012)
Series = Sequence[tuple[int, Sums]]  # month, answers


class _Seen(NamedTuple):
    """Months before, their means and the variances of these; months after and their parts of the answers there."""

    t: Floats
    y: Floats
    v: Floats
    later: Floats
    share: Floats
    spread: float


def series_effect(before: Series, after: Series, scale: Scale = SCORES) -> Effect | None:
    """An interrupted series, where nothing untouched is there: the months after against what the months before let
    expect of them. None with fewer than four months before."""
    months, later = [one for one in before if one[1].n >= FEWEST_ANSWERS], [one for one in after if one[1].n]
    if len(months) < FEWEST_MONTHS or not later:
        return None
    seen = _seen(months, later, scale)
    expected, unsure = _expected(seen)
    total, n = sum(one.total for _month, one in later), sum(one.n for _month, one in later)
    return Effect(
        value=total / n - expected,
        settled=unsure,
        spread=seen.spread,
        n=n,
        freedom=max(FEWEST_FREEDOM, len(months) - 2.0),
    )


def season_known(before: Series, after: Series) -> bool:
    """Whether each month afterwards has the same month of the year before to be held against."""
    known = {month for month, sums in before if sums.n >= FEWEST_ANSWERS}
    return all(month - YEAR in known for month, sums in after if sums.n)


def _seen(months: Series, later: Series, scale: Scale) -> _Seen:
    sums = [one for _month, one in months]
    spread = pooled(sums, scale)
    y, v = np.array([one.total / one.n for one in sums]), np.array([spread / one.n for one in sums])
    share = np.array([one.n for _month, one in later], dtype=np.float64)
    return _Seen(_times(months), y, v, _times(later), share / share.sum(), spread)


def _times(months: Series) -> Floats:
    return np.array([month for month, _sums in months], dtype=np.float64)


def _expected(seen: _Seen) -> tuple[float, float]:
    """The mean of the later months, had nothing been done, and its variance."""
    mean, variance, weight = _predictions(seen, _wanders(seen))
    expected = float(weight @ mean)
    return expected, float(weight @ (variance + (mean - expected) ** 2))


def _wanders(seen: _Seen) -> Floats:
    """Of each combination, how all months vary together."""
    every = np.concatenate([seen.t, seen.later]) - seen.t[0]
    season = np.cos(2 * np.pi * np.subtract.outer(every, every) / YEAR)
    kinds = np.array([np.eye(len(every)), np.minimum.outer(every, every), season, np.outer(every, every)])
    return np.asarray(np.einsum("gk,kij->gij", np.array(list(product(*STEPS))) ** 2 * seen.spread, kinds))


def _predictions(seen: _Seen, wander: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each combination: the best linear prediction with an unknown level, its variance, and how much it counts."""
    m, share = len(seen.t), seen.share
    known = wander[:, :m, :m] + np.diag(seen.v)
    inverse = np.linalg.inv(known)
    ones, precision = inverse.sum(axis=2), inverse.sum(axis=(1, 2))
    level = ones @ seen.y / precision
    off = _times_each(inverse, seen.y - level[:, None])
    towards = wander[:, :m, m:] @ share
    mean = level + (towards * off).sum(axis=1)
    own = np.einsum("i,gij,j->g", share, wander[:, m:, m:], share) - (towards * _times_each(inverse, towards)).sum(
        axis=1
    )
    lost = (1 - (ones * towards).sum(axis=1)) ** 2 / precision
    fit = -0.5 * (np.linalg.slogdet(known)[1] + np.log(precision) + ((seen.y - level[:, None]) * off).sum(axis=1))
    return mean, np.maximum(0.0, own) + lost, _weights(fit)


def _times_each(matrices: Any, vectors: Any) -> Any:
    return np.einsum("gij,gj->gi", matrices, vectors)


def _weights(fit: Floats) -> Floats:
    beforehand = -0.5 * ((np.array(list(product(*STEPS))) / np.array(USUAL)) ** 2).sum(axis=1)
    found = np.exp(fit + beforehand - (fit + beforehand).max())
    return np.asarray(found / found.sum())
