"""Step 8a: many hypotheses at once. Pure functions on p-values."""

import numpy as np

from analysis.statistics.moments.arrays import Flags, Floats

CERTAIN, HOPELESS = 1e-15, 0.95


def cauchy(p_values: Floats, weights: Floats) -> Floats:
    """One p-value from dependent ones along the first axis (Liu and Xie 2020); NaN: not tested; all NaN: 1.

    Weights are of the first axis, or of every p-value.
    """
    tested = np.isfinite(p_values)
    weight = np.where(tested, weights.reshape(weights.shape + (1,) * (p_values.ndim - weights.ndim)), 0.0)
    p = np.clip(np.where(tested, p_values, 0.5), CERTAIN, HOPELESS)
    total = weight.sum(axis=0)
    mean = (weight * np.tan((0.5 - p) * np.pi)).sum(axis=0) / np.where(total > 0, total, 1)
    exact = 0.5 - np.arctan(mean) / np.pi
    tail = 1 / (np.pi * np.maximum(mean, 1))  # the arctangent has no digits left out there
    return np.where(total > 0, np.where(mean > 1e8, tail, exact), 1.0)


def discovered(p_values: Floats, weights: Floats, alpha: float) -> Flags:
    """Weighted Benjamini-Hochberg (Genovese, Roeder, Wasserman 2006); the weights' mean is one."""
    found = np.zeros(len(p_values), dtype=np.bool_)
    weighted = np.where(weights > 0, p_values / np.where(weights > 0, weights, 1), np.inf)
    order = np.argsort(weighted, kind="stable")
    passed = np.flatnonzero(weighted[order] <= alpha * np.arange(1, len(p_values) + 1) / max(1, len(p_values)))
    if len(passed):
        found[order[: passed[-1] + 1]] = True
    return found


def selected_level(alpha: float, found: int, tested: int, weight: float) -> float:
    """Level of an interval that is only reported because its test was significant (Benjamini and Yekutieli 2005)."""
    return alpha * min(1.0, max(1, found) * weight / max(1, tested))
