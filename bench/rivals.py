"""What is in use today, to be measured beside ours: a threshold, z-tests, a matrix of drivers and performance."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import ndtr

from analysis.statistics.moments import DIMENSIONS, Experiences
from analysis.statistics.moments.arrays import Floats
from analysis.statistics.moments.discoveries import discovered

ALPHA, LOW, LEAST = 0.05, 3.5, 8
Found = list[dict[str, Any]]


def _named(experiences: Experiences, touchpoint: int, segment: dict[str, str] | None = None) -> dict[str, Any]:
    return {"kind": "negative_moment_of_truth", "touchpoint": experiences.names[touchpoint], "segment": segment}


def _sums(experiences: Experiences, group: Any, size: int) -> tuple[Floats, Floats, Floats]:
    use = experiences.answered & ~experiences.is_end & (group >= 0)
    score = experiences.score[use]
    n, total, squares = (np.bincount(group[use], weights, size) for weights in (None, score, score**2))
    return n.astype(np.float64), total, squares


def low_mean(experiences: Experiences) -> Found:
    """Mean below 3.5."""
    n, total, _ = _sums(experiences, experiences.touchpoint, len(experiences.names))
    return [_named(experiences, int(k)) for k in np.flatnonzero((n >= LEAST) & (total / np.maximum(n, 1) < LOW))]


def _p_values(n: Floats, total: Floats, squares: Floats, usual: Floats | float) -> Floats:
    mean = total / np.maximum(n, 1)
    error = np.sqrt(np.maximum(squares / np.maximum(n, 1) - mean**2, 0.01) / np.maximum(n - 1, 1))
    return np.where(n >= LEAST, ndtr((mean - usual) / error), 1.0)


def z_tests(experiences: Experiences) -> Found:
    """Each touchpoint's mean against all others', Benjamini-Hochberg."""
    n, total, squares = _sums(experiences, experiences.touchpoint, len(experiences.names))
    found = discovered(_p_values(n, total, squares, total.sum() / n.sum()), np.ones(len(n)), ALPHA)
    return [_named(experiences, int(k)) for k in np.flatnonzero(found)]


def z_tests_with_segments(experiences: Experiences) -> Found:
    """The same, and each segment of a touchpoint against the touchpoint, all in one family."""
    names, touchpoint = len(experiences.names), experiences.touchpoint
    n, total, squares = _sums(experiences, touchpoint, names)
    whole = total / np.maximum(n, 1)
    units: list[tuple[int, dict[str, str] | None]] = [(k, None) for k in range(names)]
    p_values = [_p_values(n, total, squares, total.sum() / n.sum())]
    for name in DIMENSIONS:
        codes, values = experiences.segments[name], experiences.values[name]
        sums = _sums(experiences, np.where(codes >= 0, touchpoint * len(values) + codes, -1), names * len(values))
        p_values.append(_p_values(*sums, np.repeat(whole, len(values))))
        units += [(k, {name: value}) for k in range(names) for value in values]
    found = discovered(np.concatenate(p_values), np.ones(len(units)), ALPHA)
    return [_named(experiences, *units[int(i)]) for i in np.flatnonzero(found)]


def matrix(experiences: Experiences) -> Found:
    """Important (correlation with the end score above the median) and weak (mean below the median)."""
    end = np.full(int(experiences.journey.max()) + 1, np.nan)
    ends = experiences.is_end & experiences.answered
    end[experiences.journey[ends]] = experiences.score[ends]
    n, total, _ = _sums(experiences, experiences.touchpoint, len(experiences.names))
    mean = total / np.maximum(n, 1)
    importance = np.array([_correlation(experiences, k, end) for k in range(len(n))])
    weak = (importance > np.median(importance)) & (mean < np.median(mean)) & (n >= LEAST)
    return [_named(experiences, int(k)) for k in np.flatnonzero(weak)]


def _correlation(experiences: Experiences, touchpoint: int, end: Floats) -> float:
    use = (experiences.touchpoint == touchpoint) & experiences.answered
    score, outcome = experiences.score[use], end[experiences.journey[use]]
    both = ~np.isnan(outcome)
    if both.sum() < LEAST or score[both].std() == 0 or outcome[both].std() == 0:
        return 0.0
    return float(np.corrcoef(score[both], outcome[both])[0, 1])


RIVALS: dict[str, Callable[[Experiences], Found]] = {
    "mean below 3.5": low_mean,
    "z-tests, BH": z_tests,
    "z-tests with segments, BH": z_tests_with_segments,
    "driver x performance": matrix,
}
