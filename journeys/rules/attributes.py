"""What a ticket or a person is known by, when events arrive late, twice or in any order."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from journeys.schemas import TicketEventIn

ATTRIBUTES = (
    "kind",
    "service",
    "customer",
    "requester",
    "priority",
    "channel",
    "summary",
    "close_reason",
    "matter",
    "attributes",
    "sla_met",
)


def age(event: TicketEventIn) -> tuple[datetime, int, str]:
    """Orders events by their own time; the same for the same event, whenever it arrives."""
    return event.at, event.sequence, event.event_id


def stamp(event: TicketEventIn) -> str:
    """The same order, as a text that can be kept."""
    return f"{event.at.astimezone(UTC).isoformat()}|{event.sequence:019d}|{event.event_id}"


def newest_attributes(events: Iterable[TicketEventIn], as_of: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The attributes that these events change, and which event each attribute is now taken from."""
    newest_first = sorted(events, key=age, reverse=True)
    changed: dict[str, Any] = {}
    known = dict(as_of)
    for name in ATTRIBUTES:
        teller = next((event for event in newest_first if _is_told(getattr(event, name))), None)
        if teller and (mark := stamp(teller)) >= known.get(name, ""):
            changed[name], known[name] = getattr(teller, name), mark
    return changed, known


def _is_told(value: Any) -> bool:
    """ "Not kept" is a thing that is told; an empty word is none."""
    return value is False or bool(value)


def newest_requesters(events: Iterable[TicketEventIn]) -> dict[str, TicketEventIn]:
    """Of each requester's key the newest event that names it."""
    newest: dict[str, TicketEventIn] = {}
    for event in events:
        if event.requester:
            known = newest.get(event.requester.key)
            if known is None or age(event) >= age(known):
                newest[event.requester.key] = event
    return newest
