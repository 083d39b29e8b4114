"""Parts of explained variance. The last row and column of every matrix is the outcome."""

from math import comb

import numpy as np

from analysis.statistics.drivers.shapes import Floats

MOST_EXACT = 15  # touchpoints; each one more doubles the work
NOTHING_LEFT = 1e-9


def importance(correlations: Floats) -> Floats:
    exact = len(correlations) - 1 <= MOST_EXACT
    return shapley(explained_by_all_sets(correlations)) if exact else johnson(correlations)


def explained_by_all_sets(correlations: Floats) -> Floats:
    """R squared of every set of touchpoints, bit k of its number saying whether touchpoint k is in it.

    One touchpoint after the other is swept out (Schur complement), each time doubling the number of sets.
    """
    left = correlations[None]
    for _ in range(len(correlations) - 1):
        rest, column, pivot = left[:, 1:, 1:], left[:, 1:, 0], left[:, 0, 0]
        scale = np.where(pivot > NOTHING_LEFT, 1 / np.maximum(pivot, NOTHING_LEFT), 0.0)
        swept = rest - scale[:, None, None] * column[:, :, None] * column[:, None, :]
        left = np.concatenate([rest, swept])
    return np.asarray(1 - left[:, 0, 0])


def shapley(explained: Floats) -> Floats:
    """LMG (Lindeman, Merenda, Gold 1980) = Shapley value of R squared (Lipovetsky and Conklin 2001)."""
    touchpoints = len(explained).bit_length() - 1
    weight_of_size = np.array([1 / (touchpoints * comb(touchpoints - 1, size)) for size in range(touchpoints)])
    sizes = np.bitwise_count(np.arange(len(explained)))
    out = np.empty(touchpoints)
    for touchpoint in range(touchpoints):
        sets = explained.reshape(-1, 2, 1 << touchpoint)
        without = sizes.reshape(-1, 2, 1 << touchpoint)[:, 0]
        out[touchpoint] = (weight_of_size[without] * (sets[:, 1] - sets[:, 0])).sum()
    return out


def johnson(correlations: Floats) -> Floats:
    """Relative weights (Johnson 2000): close to Shapley, and cheap for any number of touchpoints."""
    roots, vectors = np.linalg.eigh(correlations[:-1, :-1])
    half = (vectors * np.sqrt(np.maximum(roots, 0))) @ vectors.T
    inverse = (vectors / np.sqrt(np.maximum(roots, NOTHING_LEFT))) @ vectors.T
    return np.asarray(half**2 @ (inverse @ correlations[:-1, -1]) ** 2)


def coefficients(correlations: Floats) -> Floats:
    """Standardised, of the regression on all touchpoints."""
    found = np.linalg.lstsq(correlations[:-1, :-1], correlations[:-1, -1], rcond=1e-8)[0]
    return np.asarray(found, dtype=np.float64)


def explained(correlations: Floats) -> float:
    return float(np.clip(correlations[:-1, -1] @ coefficients(correlations), 0, 1))
