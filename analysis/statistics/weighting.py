"""Who answered, made to look like who was asked: raking, and the worst that silence may hide."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUNDS, CLOSE = 100, 1e-6
HEAVIEST = 5.0  # times the mean weight: beyond it a few people would speak for all (Potter 1990)
LEAST_CELL = 5  # answers without which a value is weighed together with the others that are as rare
RARE = "*"
Z = 1.96


@dataclass(frozen=True, slots=True)
class Weighted:
    """A mean of people who answered, raw and weighted, each with its 95 % interval; `effective`: as many equal answers
    would be as sure (Kish 1965). `worst`, `best`: if all who are silent were at an end of the scale (Manski 1989)."""

    raw: tuple[float, float, float]
    weighted: tuple[float, float, float]
    effective: float
    worst: float
    best: float


def rake(asked: Sequence[Sequence[str]], answered: NDArray[np.bool_]) -> Floats:
    """Weights of those who answered, with a mean of one, so that each column is spread over its values as among all
    who were asked (iterative proportional fitting: Deming and Stephan 1940), trimmed."""
    weights = np.ones(int(answered.sum()))
    margins = [_margin(np.array(column, dtype=np.str_), answered) for column in asked]
    for _ in range(ROUNDS):
        before = weights.copy()
        for codes, target in margins:
            now = np.bincount(codes, weights, len(target))
            factor = np.divide(target * weights.sum(), now, out=np.ones_like(target), where=now > 0)
            weights = weights * factor[codes]
        if np.abs(weights - before).max(initial=0.0) < CLOSE:
            break
    weights = weights / weights.mean() if len(weights) else weights
    return np.minimum(weights, HEAVIEST)


def _margin(column: NDArray[np.str_], answered: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Floats]:
    """Codes of those who answered, and the share of each value among all asked that anybody answered for."""
    values, counts = np.unique(column[answered], return_counts=True)
    often = set(values[counts >= LEAST_CELL].tolist())
    kept = np.array([value if value in often else RARE for value in column.tolist()], dtype=np.str_)
    names = np.unique(kept[answered])
    known = kept[np.isin(kept, names)]
    target = np.array([(known == name).mean() for name in names], dtype=np.float64)
    return np.searchsorted(names, kept[answered]).astype(np.int64), target


def weighted_mean(scores: Floats, weights: Floats, silent: int, scale: tuple[float, float]) -> Weighted:
    """`silent`: how many were asked and did not answer. The interval of the weighted mean is by linearisation (Särndal,
    Swensson, Wretman 1992); it takes the weights as given."""
    low, high = scale
    n, total = len(scores), len(scores) + silent
    share = n / total
    raw = _mean(scores, np.ones(n))
    return Weighted(
        raw=raw,
        weighted=_mean(scores, weights),
        effective=float(weights.sum() ** 2 / (weights**2).sum()),
        worst=share * raw[0] + (1 - share) * low,
        best=share * raw[0] + (1 - share) * high,
    )


def _mean(scores: Floats, weights: Floats) -> tuple[float, float, float]:
    mean = float((weights * scores).sum() / weights.sum())
    n = len(scores)
    error = float(np.sqrt((weights**2 * (scores - mean) ** 2).sum() * n / max(1, n - 1)) / weights.sum())
    return mean, mean - Z * error, mean + Z * error
