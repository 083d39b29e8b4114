"""An interrupted series: did a change help, where there is nothing to compare with but the place's own past?

The months afterwards are predicted from the months before, as a level plus four kinds of wander (`wandering.py`). A few
months hardly tell how large these are, so none is picked: every combination of a grid predicts, and counts by how well
it explains the months before times how likely it is beforehand, which the months of other places tell where there are
such. What comes out is their mixture (Bayesian model averaging: Hoeting, Madigan, Raftery and Volinsky 1999), whose
variance holds what they do not agree on. A season is told from an effect as far as the same months of the year before
are there, here or at other places.

A place that has just fallen may be expected to come back in part. `chance` is how far above its last three months it is
expected: so much of a fall may have happened for good before anything was done.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.statistics.before_after import FEWEST_ANSWERS, Effect, Floats, pooled
from analysis.statistics.means import SCORES, Scale, Sums
from analysis.statistics.wandering import (
    YEAR,
    Levelled,
    Months,
    Series,
    Usual,
    beforehand,
    covariance,
    levelled,
    months_of,
    wanders,
    wave_at,
)

FEWEST_MONTHS = 4
FEWEST_FREEDOM = 3.0
LATEST = 3  # months that show where the place stood when something was done
KNOWN = Usual()


class _Seen(NamedTuple):
    """Months before; months after and their parts of the answers there."""

    before: Months
    later: Floats
    share: Floats
    spread: float


def series_effect(before: Series, after: Series, scale: Scale = SCORES, usual: Usual = KNOWN) -> Effect | None:
    """An interrupted series, where nothing untouched is there: the months after against what the months before let
    expect of them. None with fewer than four months before."""
    months, later = [one for one in before if one[1].n >= FEWEST_ANSWERS], [one for one in after if one[1].n]
    if len(months) < FEWEST_MONTHS or not later:
        return None
    seen = _seen(months, later, scale)
    expected, unsure = _expected(seen, usual)
    latest = mean_of([one for _month, one in months[-LATEST:]])
    total, n = sum(one.total for _month, one in later), sum(one.n for _month, one in later)
    return Effect(
        value=total / n - expected,
        settled=unsure,
        spread=seen.spread,
        n=n,
        freedom=max(FEWEST_FREEDOM, len(months) - 2.0),
        chance=expected - latest if latest is not None else 0.0,
    )


def season_known(before: Series, after: Series) -> bool:
    """Whether each month afterwards has the same month of the year before to be held against."""
    known = {month for month, sums in before if sums.n >= FEWEST_ANSWERS}
    return all(month - YEAR in known for month, sums in after if sums.n)


def _seen(months: Series, later: Series, scale: Scale) -> _Seen:
    spread = pooled([one for _month, one in months], scale)
    share = np.array([one.n for _month, one in later], dtype=np.float64)
    times = np.array([month for month, _sums in later], dtype=np.float64)
    return _Seen(months_of(months, spread), times, share / share.sum(), spread)


def mean_of(sums: Sequence[Sums]) -> float | None:
    """None without an answer."""
    n = sum(one.n for one in sums)
    return sum(one.total for one in sums) / n if n else None


def _expected(seen: _Seen, usual: Usual) -> tuple[float, float]:
    """The mean of the later months, had nothing been done, and its variance."""
    t, y, v = seen.before
    wave = np.array(usual.wave)
    every = np.concatenate([t, seen.later])
    seasons = wave_at(every)
    wander = wanders(every, seen.spread) + seasons @ covariance(usual) @ seasons.T
    found = levelled(wander[:, : len(t), : len(t)] + np.diag(v), y - wave_at(t) @ wave)
    mean, variance = _predictions(seen, wander, found)
    weight = _weights(found.fit + beforehand(usual.scales))
    expected = float(weight @ mean)
    shared = float(seen.share @ wave_at(seen.later) @ wave)
    return expected + shared, float(weight @ (variance + (mean - expected) ** 2))


def _predictions(seen: _Seen, wander: Floats, found: Levelled) -> tuple[Floats, Floats]:
    """Of each combination: the best linear prediction with an unknown level, and its variance."""
    m, share = len(seen.before.t), seen.share
    towards = wander[:, :m, m:] @ share
    mean = found.level + (towards * found.off).sum(axis=1)
    own = np.einsum("i,gij,j->g", share, wander[:, m:, m:], share)
    own = own - (towards * np.einsum("gij,gj->gi", found.inverse, towards)).sum(axis=1)
    lost = (1 - (found.ones * towards).sum(axis=1)) ** 2 / found.precision
    return mean, np.maximum(0.0, own) + lost


def _weights(told: Floats) -> Floats:
    found = np.exp(told - told.max())
    return np.asarray(found / found.sum())
