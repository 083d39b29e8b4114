"""Recording ticket events. A ticket is what its events tell, in whatever order and however often they come."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, update
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import insert_new
from core.ids import ordered_id
from core.outbox import Event, announce
from journeys.events import TicketMoved, TicketResolved
from journeys.models import Customer, Service, Ticket, TicketEvent
from journeys.queries import tickets as queries
from journeys.queries.tickets import KnownTicket
from journeys.rules.attributes import newest_attributes
from journeys.rules.flow import ticket_flow
from journeys.rules.flow_events import flow_event
from journeys.schemas import FlowEvent, Recorded, TicketEventIn, TicketFlow
from journeys.service.erasing import without_erased
from journeys.service.keys import ids_of_people, ids_of_places

TicketKey = tuple[str, str]
TOLD = ("priority", "channel", "summary", "close_reason", "matter", "attributes", "sla_met")


async def record_events(session: AsyncSession, events: Sequence[TicketEventIn]) -> Recorded:
    """Store the events that are new and bring their tickets up to date; the caller's transaction holds it all.

    At most some thousands at once: their ids become the parameters of one statement.
    """
    new = await _new_ones(session, await without_erased(session, events))
    if not new:
        return Recorded(duplicate=len(events))
    tickets = await _tickets_of(session, new)
    stored = await queries.events_of(session, [ticket.id for ticket in tickets.values()])
    accepted = await insert_new(session, TicketEvent, [_event_row(event, tickets) for event in new])
    await _bring_up_to_date(session, tickets, stored, new)
    return Recorded(accepted=accepted, duplicate=len(events) - accepted)


async def _tickets_of(session: AsyncSession, events: Sequence[TicketEventIn]) -> dict[TicketKey, KnownTicket]:
    first = {(event.source, event.ticket): event for event in reversed(events)}
    await insert_new(session, Ticket, [_bare_ticket(first[key]) for key in sorted(first)])
    tickets: dict[TicketKey, KnownTicket] = {}
    for source in sorted({source for source, _ in first}):
        keys = [key for of, key in first if of == source]
        for known in await queries.tickets_to_change(session, source, keys):
            tickets[source, known.key] = known
    return tickets


def _bare_ticket(event: TicketEventIn) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("group", *TOLD), "") | {"attributes": {}, "sla_met": None}
    key = {"id": ordered_id(), "source": event.source, "key": event.ticket, "kind": event.kind.value}
    return key | empty | {"as_of": {}, "flow": {}}


async def _new_ones(session: AsyncSession, events: Sequence[TicketEventIn]) -> list[TicketEventIn]:
    """Those that are not stored, each once."""
    once = {(event.source, event.event_id): event for event in reversed(events)}
    for source in {source for source, _ in once}:
        ids = [event_id for of, event_id in once if of == source]
        for known in await queries.known_events(session, source, ids):
            del once[source, known]
    return list(once.values())


def _event_row(event: TicketEventIn, tickets: dict[TicketKey, KnownTicket]) -> dict[str, Any]:
    return {
        "id": ordered_id(),
        "ticket_id": tickets[event.source, event.ticket].id,
        "source": event.source,
        "event_id": event.event_id,
        "type": event.type.value,
        "at": event.at,
        "sequence": event.sequence,
        "state": event.state.value if event.state else None,
        "group": event.group or "",
        "waiting_for": event.waiting_for or "",
        "opened_at": event.opened_at,
    }


async def _bring_up_to_date(
    session: AsyncSession,
    tickets: dict[TicketKey, KnownTicket],
    stored: dict[UUID, list[FlowEvent]],
    new: Sequence[TicketEventIn],
) -> None:
    """Attributes from the newest event that has them; state and flow from all events of the ticket."""
    by_ticket: dict[TicketKey, list[TicketEventIn]] = {}
    for event in new:
        by_ticket.setdefault((event.source, event.ticket), []).append(event)
    places = {
        "service": await ids_of_places(session, Service, [event.service for event in new]),
        "customer": await ids_of_places(session, Customer, [event.customer for event in new]),
    }
    people = await ids_of_people(session, new, places["customer"])
    rows = [
        _ticket_row(tickets[key], heard, stored.get(tickets[key].id, []), places | {"requester": people})
        for key, heard in by_ticket.items()
    ]
    told = [event for row in rows for event in _events(row, tickets[row["source"], row["key"]])]
    await announce(session, *told)
    await _store(session, rows)


async def _store(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    table = SQLModel.metadata.tables["ticket"]
    changed: dict[str, Any] = {
        name: bindparam(f"new_{name}") for name in rows[0] if name not in ("id", "source", "key")
    }
    statement = update(table).where(table.c.id == bindparam("new_id")).values(changed)
    named = [{f"new_{name}": value for name, value in row.items()} for row in rows]
    await (await session.connection()).execute(statement, named)


def _ticket_row(
    known: KnownTicket, heard: list[TicketEventIn], stored: list[FlowEvent], ids: dict[str, dict[str, UUID]]
) -> dict[str, Any]:
    changed, as_of = newest_attributes(heard, known.as_of)
    requester = changed.get("requester")
    flow = ticket_flow([*stored, *map(flow_event, heard)])
    return known._asdict() | {
        "kind": str(changed.get("kind", known.kind)),
        "service_id": ids["service"].get(changed.get("service", ""), known.service_id),
        "customer_id": ids["customer"].get(changed.get("customer", ""), known.customer_id),
        "requester_id": ids["requester"][requester.key] if requester else known.requester_id,
        **{name: changed.get(name, getattr(known, name)) for name in TOLD},
        "as_of": as_of,
        "announced_at": _last_told(known, flow),
        **_flow_columns(flow),
    }


def _flow_columns(flow: TicketFlow) -> dict[str, Any]:
    return {
        "group": flow.group,
        "state": flow.state.value if flow.state else None,
        "opened_at": flow.opened_at,
        "resolved_at": flow.resolved_at,
        "flow": msgspec.to_builtins(flow),
        "counted": False,
    }


def _last_told(known: KnownTicket, flow: TicketFlow) -> datetime | None:
    """A resolution is told once; a late event that moves its time back does not make it another one."""
    times = [at for at in (known.announced_at, flow.resolved_at) if at]
    return max(times, default=None)


def _events(row: dict[str, Any], known: KnownTicket) -> Iterator[Event]:
    if row["announced_at"] != known.announced_at:
        yield TicketResolved(ticket_id=str(row["id"]), at=row["announced_at"].astimezone(UTC).isoformat())
    was_there = bool(known.as_of) or known.requester_id is not None
    if was_there and (row["service_id"], row["customer_id"]) != (known.service_id, known.customer_id):
        yield TicketMoved(ticket_id=str(row["id"]))
