"""What the tests of this floor tell their stories with: tickets that are opened, passed on, and resolved."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlmodel import SQLModel, col, select

from core.db import Database
from core.outbox import Fact
from journeys.models import EventType, Ticket, TicketKind
from journeys.rules.flow_events import flow_event
from journeys.schemas import FlowEvent, Recorded, RequesterIn, TicketEventIn
from journeys.service.tickets import record_events

MONDAY = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
ALICE = RequesterIn(key="alice", email="alice@acme.example", name="Alice", language="en")


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def event(happened: str, hours: float = 0, ticket: str = "T-1", **more: Any) -> TicketEventIn:
    """Something that happened to a ticket of Alice at `acme`, so many hours after Monday 8:00."""
    told: dict[str, Any] = {
        "source": "jira",
        "event_id": f"{ticket}/{happened}/{hours}",
        "ticket": ticket,
        "type": EventType(happened),
        "at": at(hours),
        "kind": TicketKind.INCIDENT,
        "service": "vpn",
        "customer": "acme",
        "requester": ALICE,
    }
    return TicketEventIn(**told | more)


def flow_events(*events: TicketEventIn) -> list[FlowEvent]:
    return [flow_event(one) for one in events]


def as_json(one: TicketEventIn, **more: Any) -> dict[str, Any]:
    """As another program would send it: nothing in it that is not known."""
    told: dict[str, Any] = msgspec.to_builtins(one)
    return {name: value for name, value in (told | more).items() if value is not None}


async def record(db: Database, *events: TicketEventIn) -> Recorded:
    async with db.write() as session:
        return await record_events(session, events)


async def ticket(db: Database, key: str = "T-1") -> Ticket:
    async with db.read() as session:
        return (await session.exec(select(Ticket).where(Ticket.key == key))).one()


async def rows(db: Database, table: type[SQLModel]) -> Sequence[Any]:
    async with db.read() as session:
        return (await session.exec(select(table))).all()


async def facts(db: Database, name: str) -> list[dict[str, Any]]:
    async with db.read() as session:
        found = await session.exec(select(Fact.data).where(Fact.name == name).order_by(col(Fact.id)))
        return list(found.all())
