"""Two groups compared, or before and after: what somebody asks, and what is told."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window


class How(StrEnum):
    TIME = "time"
    SERVICES = "services"
    CUSTOMERS = "customers"
    SURVEYS = "surveys"


@dataclass(frozen=True)
class Question:
    """`one` against `other`: keys of services, customers or variants of surveys; in time `since` is the first month of
    what is new. `worthwhile`: points of 100 that a difference has to have to matter. `touchpoint` None: all.
    `dimension` None: of how many of those who were asked answered, which surveys alone can be compared by."""

    how: How
    dimension: Dimension | None
    worthwhile: float
    one: str = ""
    other: str = ""
    since: int | None = None
    touchpoint: str | None = None

    @property
    def complete(self) -> bool:
        if self.how is How.TIME:
            return self.since is not None
        return bool(self.one and self.other and self.one != self.other)


@dataclass(frozen=True)
class Outcome:
    """`verdict` and figures as in `analysis.statistics.comparing`; the windows tell which months count on each side."""

    verdict: str
    value: float | None
    low: float | None
    high: float | None
    more: int | None
    one: Figure
    other: Figure
    windows: tuple[Window, Window]


@dataclass(frozen=True)
class Comparison:
    """`needed`: answers in each group to show a worthwhile difference, looked at once, and at any time."""

    question: Question
    needed: tuple[int, int]
    outcome: Outcome | None
