"""What a report says. Every number in it has passed the gate; scores 0-100, lost time in minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window
from journeys.schemas import Figures, Shares, Sure

ASKED = (Dimension.FUNCTIONAL, Dimension.EMOTIONAL, Dimension.SATISFACTION)


class Level(StrEnum):
    """How a touchpoint stands; the rule is in docs/reports.md."""

    HURTS = "hurts"
    WATCH = "watch"
    FINE = "fine"
    FEW = "few"


@dataclass(frozen=True)
class Filters:
    """What a report is about; None: not filtered by. `period` is the name of the window, "dates" for any other."""

    window: Window
    period: str
    service: str | None = None
    customer: str | None = None
    touchpoint: str | None = None


class Difference(Struct, frozen=True):
    """One mean minus another, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Wish:
    """Filters as somebody asked for them, unchecked; "" where nothing was asked."""

    period: str = ""
    since: str = ""
    until: str = ""
    service: str = ""
    customer: str = ""
    touchpoint: str = ""


@dataclass(frozen=True)
class Offer:
    """What somebody may filter by: key -> name."""

    services: Mapping[str, str]
    customers: Mapping[str, str]


@dataclass(frozen=True)
class DimensionReport:
    """`months`: each window of joined months with its figure; `change`: the later of what is compared minus the
    earlier."""

    figure: Figure
    change: Difference | None
    months: tuple[tuple[Window, Figure], ...]


@dataclass(frozen=True)
class TouchpointReport:
    """`basis` is the dimension that the level is read from: satisfaction, or words where too few gave a score.
    `against_rest`: this touchpoint minus all others, in that dimension."""

    key: str
    stage: str
    names: Mapping[str, str]
    level: Level
    basis: Dimension
    figures: Mapping[Dimension, Figure]
    against_rest: Difference | None

    @property
    def figure(self) -> Figure:
        return self.figures[self.basis]


@dataclass(frozen=True)
class ExperienceReport:
    """`stages`: of each, the touchpoints that are shown singly, together. `rest`: what is not shown singly, together.
    `heard_from`: the first month of which anything is shown. `compared`: the later months and the earlier ones that
    changes are told between."""

    filters: Filters
    dimensions: Mapping[Dimension, DimensionReport]
    compared: tuple[Window, Window] | None
    touchpoints: tuple[TouchpointReport, ...]
    stages: Mapping[str, Mapping[Dimension, Figure]]
    rest: Mapping[Dimension, Figure]
    heard_from: int | None

    @property
    def n(self) -> int | None:
        """Answers to the question that most people answered."""
        return max((self.dimensions[dimension].figure.n or 0 for dimension in ASKED), default=0) or None


@dataclass(frozen=True)
class Deed:
    """Something that is being done about what people said, in words; the floor above knows of it. `customers`: whose
    people it is for, none: all. `state`: a word, and how it looks; `result`: a sentence."""

    title: str
    href: str
    state: tuple[str, str]
    where: str = ""
    under: str = ""
    late: bool = False
    result: str = ""
    customers: frozenset[str] = frozenset()
    service: str = ""
    touchpoints: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Quote:
    """Somebody's words, with nothing that leads to them but the month; `reading` leads to how they were read."""

    text: str
    language: str
    month: int
    sentiment: str
    reading: UUID | None = None


@dataclass(frozen=True)
class Comment:
    """Words as they are stored; `opinion` -1..1 is what they say of the touchpoint asked about, `start` where."""

    text: str
    language: str
    sentiment: str
    opinion: float
    start: int
    day: date
    person: UUID
    reading: UUID | None = None


class RateReport(Struct, frozen=True):
    """Who was asked and who answered; None where a number is too small to be told. `rate` 0..1."""

    asked: int | None
    answered: int | None
    rate: float | None
    not_asked: dict[str, int | None]


class FlowFigures(Struct, frozen=True, kw_only=True):
    """How work flowed; shares of the open clock 0..1, times in hours. `handoffs`: tickets by number of hand-offs.
    `sure`: hours and percent with their 95 % intervals, of those figures that enough tickets have (docs/flow.md)."""

    tickets: int
    pooled: Shares
    per_ticket_mean: Shares
    hours_to_response: Figures
    hours_to_first_resolution: Figures
    hours_to_final_resolution: Figures
    handoffs: dict[str, int | None]
    ping_pong: int | None
    reopened: int | None
    waiting_for: dict[str, float]
    sure: dict[str, Sure]


@dataclass(frozen=True)
class FlowBreak:
    """From `at` on people are less content; 95 % that it begins between `earliest` and `latest`. Satisfaction below it
    and from it on."""

    at: float
    earliest: float
    latest: float
    before: Figure
    after: Figure


@dataclass(frozen=True)
class FlowsBy:
    """Flow for each value of a dimension, "" where it is not known; None where there are too few tickets."""

    tickets: int | None
    flows: Mapping[str, FlowFigures | None]


@dataclass(frozen=True)
class Finding:
    """A touchpoint worth a sentence, what was said about it, and how its tickets flowed."""

    touchpoint: TouchpointReport
    quotes: list[Quote]
    flow: FlowFigures | None


@dataclass(frozen=True)
class Overview:
    """The start page. `anybody`: whether anybody in scope ever said anything."""

    experience: ExperienceReport
    hurting: list[Finding]
    praised: list[Finding]
    watched: list[TouchpointReport]
    rates: RateReport
    tickets: int | None
    anybody: bool
