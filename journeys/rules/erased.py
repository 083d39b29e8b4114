"""What is left of the names by which a ticket system knows the tickets of somebody who was erased."""

import re
from collections.abc import Collection, Mapping, Set

import msgspec
from msgspec.structs import replace

from journeys.schemas import TicketEventIn

TicketKey = tuple[str, str]
TICKET, EVENT = "erased ticket", "erased ticket event"
VALUE = re.compile(r'"([^"\\]*)"|\b(\d+)\b')


def plain(source: str, key: str) -> str:
    """What is hashed: `source` keeps the numbers of two systems apart."""
    return f"{source}\0{key}"


def unnamed(event: TicketEventIn, ticket: str, event_id: str) -> TicketEventIn:
    """The event as it may reach the ticket that is left: the flow goes on, and nobody and no words come back."""
    return replace(event, ticket=ticket, event_id=event_id, requester=None, summary=None, matter=None, attributes=None)


def renamed(event: TicketEventIn, left: Mapping[TicketKey, str], event_id: str) -> TicketEventIn:
    name = left.get((event.source, event.ticket))
    return unnamed(event, name, event_id) if name else event


def tells_of(body: bytes, words: Collection[str], keys: Set[str]) -> bool:
    """Whether a payload holds one of these words in small letters anywhere, or one of these keys as a whole value: a
    key may be a short number, which stands in many a longer one."""
    try:
        told = msgspec.json.encode(msgspec.json.decode(body)).decode()  # without escapes, whoever wrote it
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        told = body.decode(errors="replace")
    small = told.lower()
    values = {one or number for one, number in VALUE.findall(told)}
    return any(word in small for word in words) or not keys.isdisjoint(values)
