"""An interrupted series: did a change help, where there is nothing to compare with but the place's own past?

Where nothing untouched is there, the place's own past tells what to expect: its months are a random walk with noise
and a drift (Harvey 1989), whose variances are read from how much months differ that lie k months apart (variogram:
Cressie 1993), and the months afterwards are predicted from it. A season is part of what wanders: it makes the interval
wider and is not told from an effect.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import nnls  # type: ignore[attr-defined]

from analysis.statistics.before_after import FEWEST_ANSWERS, Effect, Floats, pooled
from analysis.statistics.means import SCORES, Scale, Sums

FEWEST_MONTHS = 4
FEWEST_FREEDOM = 3.0
Series = Sequence[tuple[int, Sums]]  # month, answers


def series_effect(before: Series, after: Series, scale: Scale = SCORES) -> Effect | None:
    """An interrupted series, where nothing untouched is there: the months after against what the months before let
    expect of them. None with fewer than four months before."""
    months, later = [one for one in before if one[1].n >= FEWEST_ANSWERS], [one for one in after if one[1].n]
    if len(months) < FEWEST_MONTHS or not later:
        return None
    sums = [one for _month, one in months]
    spread = pooled(sums, scale)
    y, v = np.array([one.total / one.n for one in sums]), np.array([spread / one.n for one in sums])
    share = np.array([one.n for _month, one in later], dtype=np.float64)
    expected, unsure = _expected(_times(months), y, v, _times(later), share / share.sum())
    total = sum(one.total for _month, one in later), sum(one.n for _month, one in later)
    return Effect(
        value=total[0] / total[1] - expected,
        settled=unsure,
        spread=spread,
        n=total[1],
        freedom=max(FEWEST_FREEDOM, len(y) - 2.0),
    )


def _times(months: Series) -> Floats:
    return np.array([month for month, _sums in months], dtype=np.float64)


def _expected(t: Floats, y: Floats, v: Floats, later: Floats, share: Floats) -> tuple[float, float]:
    """The mean of the later months, had nothing been done, and its variance: the best linear prediction of a random
    walk with noise whose level is unknown."""
    passing, lasting, drifting = _wander(t, y, v)
    every = np.concatenate([t, later]) - t[0]
    walk = lasting * np.minimum.outer(every, every) + drifting * np.outer(every, every)
    m = len(t)
    inverse = np.linalg.inv(walk[:m, :m] + np.diag(v + passing))
    towards, ones = walk[:m, m:] @ share, np.ones(m)
    known = float(ones @ inverse @ ones)
    level = float(ones @ inverse @ y) / known
    expected = level + float(towards @ inverse @ (y - level))
    own = float(share @ walk[m:, m:] @ share) + passing * float(share @ share)
    lost = float(1 - ones @ inverse @ towards) ** 2 / known
    return expected, max(0.0, own - float(towards @ inverse @ towards)) + lost


def _wander(t: Floats, y: Floats, v: Floats) -> tuple[float, float, float]:
    """How much a month moves for no reason, how much of it stays in each month, and the square of a steady drift. The
    squared differences of months that lie k apart are 2 * passing + k * lasting, beyond what their answers explain; a
    drift is what the slope of all months is beyond its own error."""
    i, j = np.triu_indices(len(t), 1)
    lag, noise = t[j] - t[i], v[i] + v[j]
    near = lag <= max(2.0, (t[-1] - t[0]) / 2 + 1)
    weight = 1 / noise[near]
    design = np.column_stack([np.full(near.sum(), 2.0), lag[near]]) * weight[:, None]
    (passing, lasting), _rest = nnls(design, ((y[j] - y[i])[near] ** 2 - noise[near]) * weight)
    middle = t - np.average(t, weights=1 / v)
    known = float((middle**2 / (v + passing)).sum())
    slope = float((middle * y / (v + passing)).sum()) / known
    return float(passing), float(lasting), max(0.0, slope**2 - 1 / known)
