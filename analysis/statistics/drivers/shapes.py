"""What goes into the question of drivers, and what comes out."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

VERSION = "drivers-1"


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row per answer: what people said of each touchpoint (NaN: not applicable) and of the whole."""

    names: tuple[str, ...]
    scores: Floats  # [row, touchpoint]
    outcome: Floats

    def __len__(self) -> int:
        return len(self.outcome)


@dataclass(frozen=True, slots=True)
class Driver:
    touchpoint: str
    n: int
    importance: float  # part of the explained variance of the outcome
    ci95: tuple[float, float]
    share: float  # of all explained variance
    rank: int | None  # None: too little is known to rank
    rank_between: tuple[int, int]
    correlation: float
    correlation_ci95: tuple[float, float]
    coefficient: float  # beside all others, both standardised
    sign: str  # positive, negative, unclear
    penalty: float | None  # outcome at low ratings minus at middling ones
    penalty_ci95: tuple[float, float] | None
    reward: float | None  # outcome at high ratings minus at middling ones
    reward_ci95: tuple[float, float] | None
    kind: str  # basic, exciting, performance, unclear (Kano)


@dataclass(frozen=True, slots=True)
class Reversal:
    """Here `above` matters more than `below`, elsewhere less; without `below` it is the sign that is turned round."""

    above: str
    below: str | None
    elsewhere: str

    def __str__(self) -> str:
        if self.below is None:
            return f"{self.above} has the opposite sign in {self.elsewhere}"
        return f"{self.above} matters more than {self.below} here, and less in {self.elsewhere}"


@dataclass(frozen=True, slots=True)
class Segment:
    value: str
    n: int
    importance: dict[str, float]
    order: tuple[str, ...]
    reversals: tuple[str, ...]
    turned: tuple[Reversal, ...] = ()


@dataclass(frozen=True, slots=True)
class DriversReport:
    verdict: str
    notices: tuple[str, ...]
    n: int
    explained: float | None  # R squared
    explained_elsewhere: float | None  # R squared for answers that were not learned from
    p_value: float | None  # of explaining this much by chance
    drivers: tuple[Driver, ...] = ()
    segments: tuple[Segment, ...] = ()
    method: dict[str, object] = field(default_factory=dict)
