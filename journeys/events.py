from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class TicketResolved(Event):
    """A ticket reached a resolution at `at` (ISO 8601); a reopened ticket may reach another."""

    ticket_id: str
    at: str


@dataclass(frozen=True)
class TouchpointsChanged(Event):
    """At `at` (ISO 8601) touchpoints came, went, or were given other names, keywords or contexts."""

    at: str


@dataclass(frozen=True)
class HookCalled(Event):
    """A ticket system sent a payload, which is kept and is to be read."""

    call_id: str


@dataclass(frozen=True)
class FlowOutdated(Event):
    """Tickets wait to be added up that no event of theirs brings on: those from before there were sums."""


@dataclass(frozen=True)
class TicketMoved(Event):
    """A ticket that was known belongs to another service or customer now."""

    ticket_id: str
