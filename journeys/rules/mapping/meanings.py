"""The vocabulary of a mapping file: what a value in a log can mean."""

from typing import NamedTuple

from journeys.models import EventType, TicketState, WaitingFor

ANYTHING_ELSE = "*"
IGNORE = "ignore"


class Meaning(NamedTuple):
    type: EventType
    state: TicketState | None = None
    waiting_for: WaitingFor | None = None


_happenings = {str(kind): Meaning(kind) for kind in EventType}
_states = {
    "queue": Meaning(EventType.UPDATED, TicketState.QUEUE),
    "active": Meaning(EventType.UPDATED, TicketState.ACTIVE),
}
_waits = {f"waiting:{who}": Meaning(EventType.WAITING, None, who) for who in WaitingFor}
MEANINGS: dict[str, Meaning] = {**_happenings, **_states, **_waits}
UNKNOWN = Meaning(EventType.UPDATED)
