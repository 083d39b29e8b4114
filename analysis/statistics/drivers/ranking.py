"""Ranks and how sure they are, by drawing the answers again."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.drivers.correlations import Sums
from analysis.statistics.drivers.importance import importance
from analysis.statistics.drivers.shapes import Floats, Ints

DRAWS, DRAWS_IN_SEGMENTS = 300, 150
INSIDE = (2.5, 97.5)
SURE = 0.975
MOST_DOUBT = 0.5


@dataclass(frozen=True, slots=True)
class Drawn:
    """Importance and correlation of each touchpoint [draw, touchpoint]."""

    importance: Floats
    correlation: Floats

    @classmethod
    def of(cls, sums: Sums, draws: int, random: np.random.Generator) -> "Drawn":
        matrices = sums.drawn(draws, random)
        return cls(np.stack([importance(m) for m in matrices]), np.stack([m[:-1, -1] for m in matrices]))

    def ranks(self) -> Ints:
        order = np.argsort(-self.importance, axis=1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(1, order.shape[1] + 1)[None], axis=1)
        return ranks

    def rank_between(self) -> list[tuple[int, int]]:
        low, high = np.percentile(self.ranks(), INSIDE, axis=0)
        return [(int(a), int(np.ceil(b))) for a, b in zip(low, high, strict=True)]

    def above(self) -> Floats:
        """Share of draws in which the row's touchpoint is more important than the column's."""
        return np.asarray((self.importance[:, :, None] > self.importance[:, None, :]).mean(axis=0))


def interval(draws: Floats) -> tuple[float, float]:
    low, high = np.percentile(draws, INSIDE)
    return float(low), float(high)


def rankable(draws: Floats) -> bool:
    """The usual error is at most half of the mean importance: who then cannot be told apart is a tie, not a doubt."""
    low, high = np.percentile(draws, INSIDE, axis=0)
    return float(np.median(high - low)) / 2 <= MOST_DOUBT * max(float(draws.mean()), 1e-9)
