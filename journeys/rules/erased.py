"""What is left of the names by which a ticket system knows the tickets of somebody who was erased."""

from collections.abc import Mapping

from msgspec.structs import replace

from journeys.schemas import TicketEventIn

TicketKey = tuple[str, str]
TICKET, EVENT = "erased ticket", "erased ticket event"


def plain(source: str, key: str) -> str:
    """What is hashed: `source` keeps the numbers of two systems apart."""
    return f"{source}\0{key}"


def unnamed(event: TicketEventIn, ticket: str, event_id: str) -> TicketEventIn:
    """The event as it may reach the ticket that is left: the flow goes on, and nobody and no words come back."""
    return replace(event, ticket=ticket, event_id=event_id, requester=None, summary=None, matter=None, attributes=None)


def renamed(event: TicketEventIn, left: Mapping[TicketKey, str], event_id: str) -> TicketEventIn:
    name = left.get((event.source, event.ticket))
    return unnamed(event, name, event_id) if name else event
