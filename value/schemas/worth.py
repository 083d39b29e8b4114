"""What a value map shows, measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from analysis.schemas.figures import Figure
from analysis.schemas.reports import Difference
from value.models import Claim, ClaimKind, Indicator, Node, ValueMap


class Goal(StrEnum):
    """Whether the target is met: only where the whole interval says so."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    NO_TARGET = "no_target"
    NO_FIGURE = "no_figure"


class Moves(StrEnum):
    """What a change is told against."""

    BEFORE = "before"  # the three months before
    MONTHLY = "monthly"  # from month to month


class Sure(StrEnum):
    """Whether there is an interval, and why not."""

    YES = "yes"
    FEW = "few"  # too few tickets for one
    ALONE = "alone"  # nothing but the figure was given


@dataclass(frozen=True)
class Measured:
    """An indicator and its figures: of the last three whole months (imported ones: of the newest month), its change,
    and month by month."""

    indicator: Indicator
    figure: Figure
    change: Difference | None = None
    months: tuple[tuple[int, float | None], ...] = ()
    goal: Goal = Goal.NO_FIGURE
    moves: Moves = Moves.BEFORE
    sure: Sure = Sure.YES


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


class Question(StrEnum):
    """What challenges a claim: did the problem happen, how did the service solve it, is the service the best way, did
    a weak value stream eat the value."""

    HAPPENED = "happened"
    SOLVED = "solved"
    BEST = "best"
    EATEN = "eaten"


@dataclass(frozen=True)
class Told:
    """A piece of evidence, in words."""

    question: Question
    speaks_for: bool
    words: str


@dataclass(frozen=True)
class Evidence:
    """A claim and what speaks for it and against it, question by question. That the problem happens says nothing about
    a promised benefit, only about relevance."""

    claim: Claim
    told: tuple[Told, ...] = ()

    def of(self, question: str, speaks_for: bool) -> list[str]:
        return [one.words for one in self.told if one.question == question and one.speaks_for is speaks_for]

    @property
    def doubt(self) -> bool:
        return bool(self._count(False)) and self._count(False) >= self._count(True)

    @property
    def holds(self) -> bool:
        return bool(self._count(True)) and not self.doubt

    def _count(self, speaks_for: bool) -> int:
        relevant = self.claim.kind == ClaimKind.RELEVANCE
        weighed = [one for one in self.told if relevant or one.question != Question.HAPPENED or not one.speaks_for]
        return sum(one.speaks_for is speaks_for for one in weighed)


@dataclass(frozen=True)
class Worth:
    """A map with everything on it."""

    map: ValueMap
    nodes: list[Node]
    indicators: list[Measured]
    claims: list[Evidence]
    states: Mapping[UUID, NodeState] = field(default_factory=dict)
    words: Mapping[UUID, str] = field(default_factory=dict)
