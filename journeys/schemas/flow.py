"""Flow: how a ticket's time was spent, and how often it changed hands. Formulas: docs/flow.md."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType, field

from journeys.models import EventType, TicketState


class FlowEvent(Struct, frozen=True, gc=False):
    """What flow needs to know of a ticket event; "" where a thing is not known."""

    event_id: str
    type: EventType
    at: datetime
    sequence: int = 0
    state: TicketState | None = None
    group: str = ""
    waiting_for: str = ""
    opened_at: datetime | None = None


class TicketFlow(Struct, frozen=True):
    """The flow figures of one ticket. `..._s`: seconds on the open clock; None: not (yet) known.

    `resolved_at` is the final resolution, None while the ticket is open. `entered_at`: when it came to its state, and
    `waits_for` whom it waits for in it. `returns` counts hand-offs to a group that had the ticket before.
    """

    events: int = 0
    state: TicketState | None = None
    entered_at: datetime | None = None
    waits_for: str = ""
    group: str = ""
    opened_at: datetime | None = None
    responded_at: datetime | None = None
    first_resolved_at: datetime | None = None
    resolved_at: datetime | None = None
    active_s: float = 0.0
    waiting_s: float = 0.0
    queue_s: float = 0.0
    handoffs: int = 0
    returns: int = 0
    reopens: int = 0
    waiting_for: dict[str, float] = field(default_factory=dict)

    @property
    def open_s(self) -> float:
        return self.active_s + self.waiting_s + self.queue_s


class Shares(Struct, frozen=True):
    """Parts of the open clock, 0..1, together 1; None when no clock ran."""

    active: float | None = None
    waiting: float | None = None
    queue: float | None = None


class Figures(Struct, frozen=True):
    """A distribution; None when it is empty. Percentiles interpolate between neighbours."""

    p50: float | None = None
    p75: float | None = None
    p90: float | None = None
    mean: float | None = None


class Sure(Struct, frozen=True):
    """A figure of `n` tickets with its 95 % interval; None: too few tickets for one."""

    value: float
    low: float | None
    high: float | None
    n: int


class FlowChoice(Struct, frozen=True, kw_only=True):
    """Which tickets a flow report is about. `since` <= resolution < `until`; an open ticket counts by its opening."""

    since: datetime | None = None
    until: datetime | None = None
    service: str | None = None
    customer: str | None = None
    touchpoint: str | None = None
    kind: str | None = None


class PlacedFlow(Struct, frozen=True):
    """A ticket's flow and what the ticket is known by; keys, "" where unknown."""

    flow: TicketFlow
    attributes: dict[str, str]


class FlowReport(Struct, frozen=True, kw_only=True):
    """What `touchstone flow --json` prints. `left_out`: tickets (or rows, where it says so) by reason.

    `sure`: hours and percent with their 95 % intervals, left out unless asked for.
    """

    tickets: int
    events: int
    left_out: dict[str, int]
    pooled: Shares
    per_ticket_mean: Shares
    hours_to_response: Figures
    hours_to_first_resolution: Figures
    hours_to_final_resolution: Figures
    handoffs: dict[str, int]
    ping_pong: int
    reopened: int
    waiting_for: dict[str, float]
    sure: dict[str, Sure] | UnsetType = UNSET
