"""What a ticket or a person is known by, when events arrive late, twice or in any order."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from journeys.schemas import TicketEventIn

ATTRIBUTES = ("kind", "service", "customer", "requester", "priority", "channel", "summary")


def stamp(event: TicketEventIn) -> str:
    """Orders events by their own time; the same for the same event, whenever it arrives."""
    return f"{event.at.astimezone(UTC).isoformat()}|{event.sequence:019d}|{event.event_id}"


def newest_attributes(events: Iterable[TicketEventIn], as_of: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The attributes that these events change, and which event each attribute is now taken from."""
    changed: dict[str, Any] = {}
    known = dict(as_of)
    for event in events:
        mark = stamp(event)
        for name in ATTRIBUTES:
            value = getattr(event, name)
            if value not in (None, "") and mark >= known.get(name, ""):
                changed[name], known[name] = value, mark
    return changed, known


def newest_requesters(events: Iterable[TicketEventIn]) -> dict[str, TicketEventIn]:
    """Of each requester's key the newest event that names it."""
    newest: dict[str, TicketEventIn] = {}
    for event in events:
        if event.requester:
            known = newest.get(event.requester.key)
            if known is None or stamp(event) >= stamp(known):
                newest[event.requester.key] = event
    return newest
