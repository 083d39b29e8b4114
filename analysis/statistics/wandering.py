"""How the months of a place move by themselves: a level nobody knows beforehand plus four kinds of wander (Harvey
1989), each with a variance of its own, in parts of the variance of one answer:

    passing   each month by itself                     lasting   a random walk
    season    a yearly wave (cov = s cos(2 pi lag/12))  drift     a steady rise or fall

A few months of one place hardly tell these variances. How large they usually are is learned from the other places'
months (empirical Bayes: Efron and Morris 1975; Morris 1983): the scales of the half-normal priors are those under
which all of them together are likely, drawn towards `USUAL`; and the yearly wave that the places share, with what is
not known of it, is fitted to their common months beside a steady trend (ridge; the scatter of the months about it
widens it).
"""

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from analysis.statistics.before_after import FEWEST_ANSWERS, Floats, pooled
from analysis.statistics.means import SCORES, Scale, Sums

Series = Sequence[tuple[int, Sums]]  # month, answers

YEAR = 12
FEWEST_PLACES, MOST_PLACES = 4, 16  # to learn from; the most heard of them
FEWEST_MONTHS = 6  # of such a place
FEWEST_SHARED = 8  # months in which a wave is looked for
# Standard deviations, in parts of that of one answer; drift and lasting by month.
STEPS = (
    (0.0, 0.06, 0.12, 0.2, 0.3, 0.45),
    (0.0, 0.03, 0.06, 0.1, 0.16, 0.25),
    (0.0, 0.1, 0.2, 0.32, 0.5),
    (0.0, 0.01, 0.025),
)
USUAL = (0.15, 0.065, 0.2, 0.012)
TIMES = (0.25, 0.5, 1.0, 1.6)  # of USUAL, that are tried
TIMES_BEFOREHAND = 0.8  # standard deviation of their logarithm
GRID: Floats = np.array(list(product(*STEPS)))


class Usual(NamedTuple):
    """`scales`: of the four wanders; `wave`: points of cosine and sine of the year; `unsure`: their variances and their
    covariance. By default nothing is known of other places."""

    scales: tuple[float, ...] = USUAL
    wave: tuple[float, ...] = (0.0, 0.0)
    unsure: tuple[float, ...] = (0.0, 0.0, 0.0)


class Months(NamedTuple):
    """Months, their means, and the variances of these."""

    t: Floats
    y: Floats
    v: Floats


class Levelled(NamedTuple):
    """Of each combination: the level that fits best, what is left, and the logarithm of the likelihood."""

    inverse: Any
    ones: Floats
    precision: Floats
    level: Floats
    off: Floats
    fit: Floats


def months_of(series: Series, spread: float) -> Months:
    t = np.array([month for month, _sums in series], dtype=np.float64)
    n = np.array([sums.n for _month, sums in series], dtype=np.float64)
    return Months(t, np.array([sums.total for _month, sums in series]) / n, spread / n)


def wave_at(t: Floats) -> Floats:
    """Cosine and sine of the year, of each month."""
    angle = 2 * np.pi * t / YEAR
    return np.column_stack([np.cos(angle), np.sin(angle)])


def wanders(t: Floats, spread: float) -> Floats:
    """Of each combination, how these months vary together."""
    since = t - t[0]
    season = np.cos(2 * np.pi * np.subtract.outer(since, since) / YEAR)
    kinds = np.array([np.eye(len(t)), np.minimum.outer(since, since), season, np.outer(since, since)])
    return np.asarray(np.einsum("gk,kij->gij", GRID**2 * spread, kinds))


def levelled(known: Floats, y: Floats) -> Levelled:
    inverse = np.linalg.inv(known)
    ones, precision = inverse.sum(axis=2), inverse.sum(axis=(1, 2))
    level = ones @ y / precision
    off = np.einsum("gij,gj->gi", inverse, y - level[:, None])
    left = ((y - level[:, None]) * off).sum(axis=1)
    fit = -0.5 * (np.linalg.slogdet(known)[1] + np.log(precision) + left)
    return Levelled(inverse, ones, precision, level, off, fit)


def beforehand(scales: Sequence[float]) -> Floats:
    """The logarithm of how likely each combination is: large wanders are rare."""
    told = -0.5 * ((GRID / np.array(scales)) ** 2).sum(axis=1)
    return np.asarray(told - np.log(np.exp(told).sum()))


def covariance(usual: Usual) -> Floats:
    cosine, sine, both = usual.unsure
    return np.array([[cosine, both], [both, sine]])


def learned(others: Sequence[Series], scale: Scale = SCORES) -> Usual:
    """From places nothing is asked of; `Usual()` where fewer than four of them have six months."""
    heard = [[one for one in series if one[1].n >= FEWEST_ANSWERS] for series in others]
    heard = sorted((series for series in heard if len(series) >= FEWEST_MONTHS), key=_n, reverse=True)[:MOST_PLACES]
    if len(heard) < FEWEST_PLACES:
        return Usual()
    spread = pooled([sums for series in heard for _month, sums in series], scale)
    if not spread:
        return Usual()
    wave, unsure = _shared_wave(heard, spread)
    scales = _scales([months_of(series, spread) for series in heard], wave, spread)
    return Usual(scales, tuple(wave.tolist()), tuple(unsure[[0, 1, 0], [0, 1, 1]].tolist()))


def _n(series: Series) -> int:
    return sum(sums.n for _month, sums in series)


def _scales(places: Sequence[Months], wave: Floats, spread: float) -> tuple[float, ...]:
    """In the middle of those that explain all places together, by how well they do."""
    fits = np.array([levelled(wanders(t, spread) + np.diag(v), y - wave_at(t) @ wave).fit for t, y, v in places])
    tried = np.array(list(product(TIMES, repeat=len(USUAL))))
    priors = np.exp([beforehand(times * USUAL) for times in tried])
    told = np.log(np.exp(fits - fits.max(axis=1, keepdims=True)) @ priors.T).sum(axis=0)
    told -= 0.5 * ((np.log(tried) / TIMES_BEFOREHAND) ** 2).sum(axis=1)
    weight = np.exp(told - told.max())
    return tuple((np.exp(weight @ np.log(tried) / weight.sum()) * USUAL).tolist())


def _shared_wave(places: Sequence[Series], spread: float) -> tuple[Floats, Floats]:
    """Cosine and sine, and their covariance."""
    t, y, n = _shared_months(places)
    season, drift = (USUAL[2] ** 2 * spread, (USUAL[3] * YEAR) ** 2 * spread)
    if len(t) < FEWEST_SHARED:
        return np.zeros(2), np.eye(2) * season
    design = np.column_stack([np.ones(len(t)), (t - t.mean()) / YEAR, wave_at(t)])
    known = np.diag([0.0, 1 / drift, 1 / season, 1 / season])
    estimate, unsure = _ridge(design, y, spread / n, known)
    return estimate[2:], unsure[2:, 2:]


def _shared_months(places: Sequence[Series]) -> tuple[Floats, Floats, Floats]:
    """Months, how far the answers of all places are then off the means of their places, and how many they are."""
    off: dict[int, float] = {}
    n: dict[int, int] = {}
    for series in places:
        mean = sum(sums.total for _month, sums in series) / _n(series)
        for month, sums in series:
            off[month] = off.get(month, 0.0) + sums.total - sums.n * mean
            n[month] = n.get(month, 0) + sums.n
    t = sorted(n)
    counts = np.array([n[month] for month in t], dtype=np.float64)
    return np.array(t, dtype=np.float64), np.array([off[month] for month in t]) / counts, counts


def _ridge(design: Floats, y: Floats, v: Floats, known: Floats) -> tuple[Any, Any]:
    """Estimate and covariance, with a variance of the months beyond `v` that is fitted to what is left."""
    beyond = 0.0
    for _round in range(20):
        weight = 1 / (v + beyond)
        unsure = np.linalg.inv(design.T @ (weight[:, None] * design) + known)
        estimate = unsure @ (design.T @ (weight * y))
        free = 1 - weight * np.einsum("ij,jk,ik->i", design, unsure, design)
        beyond = max(0.0, float(((y - design @ estimate) ** 2 - v * free).sum() / max(1.0, float(free.sum()))))
    return estimate, unsure
