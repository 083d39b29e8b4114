"""Moments of truth as they are read. Losses in points of journey-end satisfaction (1 to 5) per 100 visits."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from analysis.models import MomentState

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Segment:
    """`dimension`: customer, persona, service or channel."""

    dimension: str
    value: str


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss per 100 visits with its 95 % interval, and per 100 journeys; negative where people are won.

    `n`: answered visits.
    """

    per_100_visits: float
    low: float
    high: float
    per_100_journeys: float
    n: int


@dataclass(frozen=True, slots=True)
class MomentView:
    """A moment for somebody. `own`: the loss is that of the customers in their scope, not of everybody.

    `figures`: `effect` of one bad visit, `effect_repaired` and `effect_unrepaired`, `bad_share` and `repair_share`
    (0..1), `passes`, `months` of the window, `carried` (as `CarriedOver` of the statistics); only where the loss is
    everybody's. `carried_from`: the touchpoint whose moment explains most of what is lost here.
    """

    id: UUID
    touchpoint: str
    segment: Segment | None
    kind: str
    state: MomentState
    wins: bool
    loss: Loss
    own: bool
    rank: int
    since: date | None
    since_between: Span | None
    first_detected: date
    looked_on: date
    acted_on_at: datetime | None
    method: str
    figures: dict[str, Any] = field(default_factory=dict)
    carried_from: str = ""


@dataclass(frozen=True, slots=True)
class MomentPoint:
    """A moment's numbers on a day."""

    day: date
    method: str
    kind: str
    state: MomentState
    loss: Loss
