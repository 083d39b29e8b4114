"""Logistic regression over sparse counts and a few dense columns beside them; for training only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

Floats = NDArray[np.floating[Any]]
Marks = NDArray[np.bool_]

_STEPS = 60
# Stopped by the number of steps and by how little the last one brought, not by the size of the gradient: with a
# hundred thousand weights each single slope is small from the beginning.
_ENOUGH = {"maxiter": _STEPS, "maxcor": 8, "gtol": 1e-9, "ftol": 1e-8}


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of each text: sparse counts, and dense columns."""

    counts: Any
    dense: Floats

    def __getitem__(self, chosen: Marks) -> "Rows":
        return Rows(self.counts[chosen], self.dense[chosen])

    def logits(self, weights: Floats) -> Floats:
        inner = weights.astype(np.float32)
        split = self.counts.shape[1]
        found: Floats = self.counts @ inner[:split] + self.dense @ inner[split:-1] + inner[-1]
        return found

    def slopes(self, of_logits: Floats) -> Floats:
        inner = of_logits.astype(np.float32)
        return np.concatenate([inner @ self.counts, inner @ self.dense, [inner.sum()]]).astype(np.float64)

    @property
    def width(self) -> int:
        return int(self.counts.shape[1] + self.dense.shape[1] + 1)


def fit(rows: Rows, yes: Marks, importance: Floats, shrink: float) -> Floats:
    """One weight a column and the intercept last, which alone is not shrunk; the importances add up to 1."""
    signs = np.where(yes, 1.0, -1.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = signs * rows.logits(weights)
        slopes = rows.slopes(-importance * signs * expit(-margins))
        slopes[:-1] += shrink * weights[:-1]
        return float(importance @ np.logaddexp(0, -margins) + shrink / 2 * weights[:-1] @ weights[:-1]), slopes

    found = minimize(loss, np.zeros(rows.width), jac=True, method="L-BFGS-B", options=_ENOUGH)
    weights: Floats = found.x
    return weights


def used(counts: Any) -> tuple[NDArray[np.int64], Any]:
    """The columns that anything stands in, and the counts of these alone: most buckets are empty."""
    columns, places = np.unique(counts.indices, return_inverse=True)
    return columns, csr_matrix((counts.data, places, counts.indptr), (counts.shape[0], len(columns)))
