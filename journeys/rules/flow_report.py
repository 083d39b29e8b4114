"""From the flow figures of many tickets to the report of `touchstone flow`. Formulas: docs/flow.md."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import floor, fsum

from journeys.schemas import Figures, FlowReport, Shares, TicketFlow

HOUR = 3600.0
DIGITS = 6
MANY_HANDOFFS = 5
BUCKETS = (*map(str, range(MANY_HANDOFFS)), f"{MANY_HANDOFFS}+")

NO_CREATION = "no_creation"
NOT_RESOLVED = "not_resolved"
BEFORE_OPENING = "resolved_before_opening"
NO_OPEN_TIME = "no_open_time"
ROWS_REJECTED = "rows_rejected"


def flow_report(flows: Iterable[TicketFlow], rows_rejected: int = 0) -> FlowReport:
    tally = FlowTally()
    for flow in flows:
        tally.add(flow)
    return tally.report(rows_rejected)


def left_out(flow: TicketFlow) -> str | None:
    """Why a ticket does not count among the shares of the open clock; None when it does."""
    if flow.opened_at is None:
        return NO_CREATION
    if flow.resolved_at is None:
        return NOT_RESOLVED
    if flow.resolved_at < flow.opened_at:
        return BEFORE_OPENING
    return None if flow.open_s > 0 else NO_OPEN_TIME


@dataclass
class FlowTally:
    tickets: int = 0
    events: int = 0
    ping_pong: int = 0
    reopened: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    handoffs: Counter[int] = field(default_factory=Counter)
    clocks: list[tuple[float, float, float]] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=dict)
    to_response: list[float] = field(default_factory=list)
    to_first: list[float] = field(default_factory=list)
    to_final: list[float] = field(default_factory=list)

    def add(self, flow: TicketFlow) -> None:
        self.tickets += 1
        self.events += flow.events
        self.ping_pong += flow.returns > 0
        self.reopened += flow.reopens > 0
        self.handoffs[min(flow.handoffs, MANY_HANDOFFS)] += 1
        self._durations(flow)
        if reason := left_out(flow):
            self.left_out[reason] += 1
        else:
            self._clock(flow)

    def _durations(self, flow: TicketFlow) -> None:
        """A time before the opening is a contradiction; only a response may be as old as the opening."""
        if flow.opened_at is None:
            return
        if flow.responded_at:
            self.to_response.append(max(0.0, hours_between(flow.opened_at, flow.responded_at)))
        if flow.first_resolved_at and flow.first_resolved_at >= flow.opened_at:
            self.to_first.append(hours_between(flow.opened_at, flow.first_resolved_at))
        if flow.resolved_at and flow.resolved_at >= flow.opened_at:
            self.to_final.append(hours_between(flow.opened_at, flow.resolved_at))

    def _clock(self, flow: TicketFlow) -> None:
        self.clocks.append((flow.active_s, flow.waiting_s, flow.queue_s))
        for who, seconds in flow.waiting_for.items():
            self.waits.setdefault(who, []).append(seconds)

    def report(self, rows_rejected: int = 0) -> FlowReport:
        rejected = {ROWS_REJECTED: rows_rejected} if rows_rejected else {}
        return FlowReport(
            tickets=self.tickets,
            events=self.events,
            left_out=dict(sorted(self.left_out.items())) | rejected,
            pooled=pooled(self.clocks),
            per_ticket_mean=mean_share(self.clocks),
            hours_to_response=figures(self.to_response),
            hours_to_first_resolution=figures(self.to_first),
            hours_to_final_resolution=figures(self.to_final),
            handoffs={bucket: self.handoffs[n] for n, bucket in enumerate(BUCKETS)},
            ping_pong=self.ping_pong,
            reopened=self.reopened,
            waiting_for={who: _rounded(fsum(s) / HOUR) for who, s in sorted(self.waits.items())},
        )


def hours_between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / HOUR


def pooled(clocks: Sequence[tuple[float, float, float]]) -> Shares:
    """Shares of all open time together: a long ticket weighs more."""
    sums = [fsum(part) for part in zip(*clocks, strict=True)]
    return _shares(sums, fsum(sums))


def mean_share(clocks: Sequence[tuple[float, float, float]]) -> Shares:
    """The mean of each ticket's own shares: every ticket weighs the same."""
    own = [tuple(part / fsum(clock) for part in clock) for clock in clocks]
    return _shares([fsum(part) for part in zip(*own, strict=True)], len(own))


def _shares(parts: Sequence[float], whole: float) -> Shares:
    if not whole:
        return Shares()
    active, waiting, queue = (_rounded(part / whole) for part in parts)
    return Shares(active, waiting, queue)


def figures(values: Sequence[float]) -> Figures:
    if not values:
        return Figures()
    ordered = sorted(values)
    p50, p75, p90 = (_rounded(percentile(ordered, q)) for q in (0.5, 0.75, 0.9))
    return Figures(p50, p75, p90, _rounded(fsum(ordered) / len(ordered)))


def percentile(ordered: Sequence[float], q: float) -> float:
    """Linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan)."""
    place = q * (len(ordered) - 1)
    below = min(floor(place), len(ordered) - 2)
    if below < 0:
        return ordered[0]
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


def _rounded(value: float) -> float:
    return round(value, DIGITS)
