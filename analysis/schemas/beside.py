"""Two periods or two segments of a journey side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.models import Dimension
from analysis.schemas.figures import Figure
from analysis.schemas.reports import Difference, Filters

Figures = Mapping[Dimension, Figure]


@dataclass(frozen=True)
class Pair:
    """A stage or a touchpoint told twice, scores 0-100. `change`: this side minus the other; None where either is not
    shown."""

    key: str
    this: Figures
    other: Figures
    change: Mapping[Dimension, Difference | None]


@dataclass(frozen=True)
class SideBySide:
    this: Filters
    other: Filters
    stages: tuple[Pair, ...]
    touchpoints: tuple[Pair, ...]
