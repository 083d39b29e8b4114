"""What a value map shows, measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from analysis.schemas.figures import Figure
from analysis.schemas.reports import Difference
from value.models import Claim, Indicator, Node, ValueMap


class Goal(StrEnum):
    """Whether the target is met: only where the whole interval says so."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    NO_TARGET = "no_target"
    NO_FIGURE = "no_figure"


@dataclass(frozen=True)
class Measured:
    """An indicator and its figures: of the last three whole months, the change against the three before, month by
    month. `exact`: counted rather than asked, so without an interval."""

    indicator: Indicator
    figure: Figure
    change: Difference | None = None
    months: tuple[tuple[int, float | None], ...] = ()
    goal: Goal = Goal.NO_FIGURE
    exact: bool = False


class NodeState(StrEnum):
    GOOD = "good"
    BAD = "bad"
    DOING = "doing"
    OPEN = "open"
    OFF = "off"


@dataclass(frozen=True)
class Box:
    """A node as it is drawn. `word`: its state in one word, or its figure."""

    node: Node
    state: NodeState
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    word: str


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    heads: tuple[tuple[float, str], ...]
    boxes: tuple[Box, ...]
    edges: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """A claim and what speaks for it and against it; `doubt`: more against than for, and something measured."""

    claim: Claim
    for_: tuple[str, ...]
    against: tuple[str, ...]
    measured: Measured | None = None

    @property
    def doubt(self) -> bool:
        return bool(self.against) and len(self.against) >= len(self.for_)


@dataclass(frozen=True)
class Worth:
    """A map with everything on it."""

    map: ValueMap
    nodes: list[Node]
    indicators: list[Measured]
    claims: list[Evidence]
    states: Mapping[UUID, NodeState] = field(default_factory=dict)
    words: Mapping[UUID, str] = field(default_factory=dict)
