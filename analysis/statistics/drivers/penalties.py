"""Penalty of low and reward of high ratings, beside middling ones and all others (Brandt 1987; Kano 1984)."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.drivers.shapes import Floats, Ratings

LOW_PART, HIGH_PART = 0.3, 0.15  # of the scale: 1 and 2 of five, and 5
LEAST = 10
Z = 1.96


@dataclass(frozen=True, slots=True)
class Step:
    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


def steps(ratings: Ratings) -> list[tuple[Step | None, Step | None]]:
    """Penalty and reward of each touchpoint; None where too few said so. Robust errors (White 1980)."""
    columns = [column for score in ratings.scores.T for column in _ends(score)]
    usable = [place for place, column in enumerate(columns) if LEAST <= column.sum() <= len(column) - LEAST]
    found: list[Step | None] = [None] * len(columns)
    if len(ratings) > 3 * len(usable) + LEAST and usable:
        for place, step in zip(
            usable, _regression(np.stack([columns[i] for i in usable], 1), ratings.outcome), strict=True
        ):
            found[place] = step
    return list(zip(found[::2], found[1::2], strict=True))


def _ends(score: Floats) -> tuple[Floats, Floats]:
    lowest, highest = np.nanmin(score, initial=np.inf), np.nanmax(score, initial=-np.inf)
    if not lowest < highest:
        return np.zeros_like(score), np.zeros_like(score)
    known, span = np.nan_to_num(score, nan=(lowest + highest) / 2), highest - lowest
    low, high = known <= lowest + LOW_PART * span, known >= highest - HIGH_PART * span
    return low.astype(np.float64), high.astype(np.float64)


def _regression(columns: Floats, outcome: Floats) -> list[Step]:
    design = np.column_stack([np.ones(len(columns)), columns])
    inverse = np.linalg.pinv(design.T @ design, rcond=1e-10)
    found = inverse @ (design.T @ outcome)
    rest = outcome - design @ found
    leverage = np.clip(np.einsum("ij,jk,ik->i", design, inverse, design), 0, 0.99)
    weighted = design * (rest / (1 - leverage))[:, None]  # HC3 (MacKinnon and White 1985)
    error = np.sqrt(np.clip(np.diag(inverse @ (weighted.T @ weighted) @ inverse), 0, None))  # rounding may go below
    return [Step(float(b), float(b - Z * e), float(b + Z * e)) for b, e in zip(found[1:], error[1:], strict=True)]


def kano(penalty: Step | None, reward: Step | None) -> str:
    """What only one end is known of is not of any kind: that the other does not count has to be seen too."""
    if penalty is None or reward is None:
        return "unclear"
    hurts, wins = penalty.high < 0, reward.low > 0
    if hurts and wins:
        return "performance"
    if hurts:
        return "basic"
    return "exciting" if wins else "unclear"
