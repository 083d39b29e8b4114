"""Correlations from sums of groups of rows, every pair by the rows that have both."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.drivers.shapes import Floats, Ratings

MOST_GROUPS = 1000
SMALLEST_ROOT = 1e-6


@dataclass(frozen=True, slots=True)
class Sums:
    """Of random groups of rows: products, numbers, and sums where the other is there. [group, column, column]

    The last column is the outcome. Groups are drawn instead of rows, so that repeated drawing costs the same
    for any number of answers.
    """

    products: Floats
    numbers: Floats
    values: Floats

    @classmethod
    def of(cls, ratings: Ratings, random: np.random.Generator) -> "Sums":
        columns = np.column_stack([ratings.scores, ratings.outcome])
        there = ~np.isnan(columns)
        n = np.maximum(there.sum(axis=0), 1)
        centred = np.where(there, columns - np.where(there, columns, 0.0).sum(axis=0) / n, 0.0)
        parts = np.array_split(random.permutation(len(columns)), min(MOST_GROUPS, max(1, len(columns))))
        mask = there.astype(np.float64)
        return cls(
            np.stack([centred[rows].T @ centred[rows] for rows in parts]),
            np.stack([mask[rows].T @ mask[rows] for rows in parts]),
            np.stack([centred[rows].T @ mask[rows] for rows in parts]),
        )

    def correlations(self, weights: Floats | None = None) -> Floats:
        """Correlation matrix of all groups, or of groups drawn `weights` times."""
        drawn = np.ones(len(self.products)) if weights is None else weights
        products, numbers, values = (
            np.tensordot(drawn, sums, 1) for sums in (self.products, self.numbers, self.values)
        )
        n = np.maximum(numbers, 1)
        covariance = products / n - (values / n) * (values / n).T
        spread = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
        return proper(covariance / np.outer(spread, spread))

    def drawn(self, times: int, random: np.random.Generator) -> list[Floats]:
        """Correlation matrices of bootstrap samples (Efron 1979)."""
        groups = len(self.products)
        return [
            self.correlations(random.multinomial(groups, np.full(groups, 1 / groups)).astype(np.float64))
            for _ in range(times)
        ]


def proper(correlations: Floats) -> Floats:
    """Pairs from different rows may contradict each other: negative roots are cut (Rebonato and Jaeckel 1999)."""
    clipped = np.clip((correlations + correlations.T) / 2, -1, 1)
    np.fill_diagonal(clipped, 1.0)
    roots, vectors = np.linalg.eigh(clipped)
    if roots[0] >= SMALLEST_ROOT:
        return np.asarray(clipped)
    mended = (vectors * np.maximum(roots, SMALLEST_ROOT)) @ vectors.T
    spread = np.sqrt(np.diag(mended))
    return np.asarray(mended / np.outer(spread, spread))
