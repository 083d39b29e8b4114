"""From the events of one ticket to its flow figures. Every definition stands in docs/flow.md.

The order in which events arrive does not matter, nor how often: they are sorted by their own time first,
and an event that is there twice is counted once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from journeys.models import EventType, TicketState, WaitingFor
from journeys.schemas import FlowEvent, TicketFlow

Q, A, W = TicketState.QUEUE, TicketState.ACTIVE, TicketState.WAITING
DONE = frozenset({TicketState.RESOLVED, TicketState.CLOSED})
UNTOUCHED = frozenset({None, Q})

# Where several things happen at the same instant, in this order.
RANK = {
    EventType.CREATED: 0,
    EventType.REOPENED: 1,
    EventType.ASSIGNED: 2,
    EventType.RESPONDED: 3,
    EventType.RESUMED: 4,
    EventType.WAITING: 5,
    EventType.UPDATED: 6,
    EventType.RESOLVED: 7,
    EventType.CLOSED: 8,
}
# What each type says about the state; the others say nothing.
FOLLOWS = {
    EventType.WAITING: W,
    EventType.RESUMED: A,
    EventType.REOPENED: A,
    EventType.RESOLVED: TicketState.RESOLVED,
    EventType.CLOSED: TicketState.CLOSED,
}


def in_order(events: Iterable[FlowEvent]) -> list[FlowEvent]:
    """By time, then by the source's own counter, then by type, then by id; each event once."""
    once: dict[str, FlowEvent] = {}
    for event in events:
        once.setdefault(event.event_id, event)
    return sorted(once.values(), key=lambda e: (e.at, e.sequence, RANK[e.type], e.event_id))


def opening(events: Iterable[FlowEvent]) -> datetime | None:
    """The earliest opening that any event tells of."""
    told = [e.opened_at for e in events if e.opened_at] + [e.at for e in events if e.type is EventType.CREATED]
    return min(told, default=None)


def ticket_flow(events: Iterable[FlowEvent]) -> TicketFlow:
    ordered = in_order(events)
    walk = Walk(opening(ordered))
    for event in ordered:
        walk.step(event)
    return walk.figures(len(ordered))


@dataclass(slots=True)
class Walk:
    """A walk along the events: who had the ticket, in which state, since when."""

    opened: datetime | None
    since: datetime | None = None
    state: TicketState | None = None
    entered: datetime | None = None
    waits_for: str = ""
    group: str = ""
    had_it: set[str] = field(default_factory=set)
    spent: dict[TicketState, float] = field(default_factory=lambda: {A: 0.0, W: 0.0, Q: 0.0})
    waits: dict[str, float] = field(default_factory=dict)
    handoffs: int = 0
    returns: int = 0
    reopens: int = 0
    responded: datetime | None = None
    taken_up: datetime | None = None
    first_resolved: datetime | None = None
    resolved: datetime | None = None

    def step(self, event: FlowEvent) -> None:
        self._run_clock(event.at)
        if event.group and event.group != self.group:
            self._hand_over(event.group)
        if event.type is EventType.RESPONDED and not self.responded:
            self.responded = event.at
        if event.type is EventType.REOPENED and self.state is None:
            self.reopens += 1  # the resolution before it is not known
        if next_state := self._state_after(event):
            self._enter(next_state, event)

    def _run_clock(self, until: datetime) -> None:
        """Time since the last event goes to the state that lasted; none before the opening counts."""
        start = self.since if self.opened is None or (self.since and self.since > self.opened) else self.opened
        self.since = until
        if self.opened is None or start is None or until <= start or self.state in DONE:
            return
        seconds = (until - start).total_seconds()
        self.spent[self.state or Q] += seconds
        if self.state is W:
            self.waits[self.waits_for] = self.waits.get(self.waits_for, 0.0) + seconds

    def _hand_over(self, group: str) -> None:
        if self.group:
            self.handoffs += 1
            self.returns += group in self.had_it
        self.group = group
        self.had_it.add(group)

    def _state_after(self, event: FlowEvent) -> TicketState | None:
        if event.state:
            return event.state
        if event.type is EventType.CREATED and self.state is None:
            return Q
        if event.type in (EventType.ASSIGNED, EventType.RESPONDED) and self.state in UNTOUCHED:
            return A
        return FOLLOWS.get(event.type)

    def _enter(self, state: TicketState, event: FlowEvent) -> None:
        if state in DONE and self.state not in DONE:
            self.resolved = event.at
            self.first_resolved = self.first_resolved or event.at
        if state not in DONE and self.state in DONE:
            self.reopens += 1
            self.resolved = None
        if state is not Q and event.type is not EventType.ASSIGNED and not self.taken_up:
            self.taken_up = event.at
        waits_for = event.waiting_for or WaitingFor.OTHER.value if state is W else ""
        if (state, waits_for) != (self.state, self.waits_for):
            self.entered = event.at
        self.state, self.waits_for = state, waits_for

    def figures(self, events: int) -> TicketFlow:
        return TicketFlow(
            events=events,
            state=self.state,
            entered_at=self.entered,
            waits_for=self.waits_for,
            group=self.group,
            opened_at=self.opened,
            responded_at=self.responded or self.taken_up,
            first_resolved_at=self.first_resolved,
            resolved_at=self.resolved,
            active_s=self.spent[A],
            waiting_s=self.spent[W],
            queue_s=self.spent[Q],
            handoffs=self.handoffs,
            returns=self.returns,
            reopens=self.reopens,
            waiting_for=self.waits,
        )
