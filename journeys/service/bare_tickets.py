"""Tickets that are spoken of before their events have come."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import insert_new
from core.ids import ordered_id
from journeys.models import Person, Ticket, TicketKind
from journeys.service.erasing import names_of


async def ensure_ticket(session: AsyncSession, source: str, key: str, requester: Person) -> UUID:
    """The ticket of that name. An unknown one is made bare, as an incident of its requester; its events, whenever
    they come, say what it really is."""
    here = Ticket.source == source, col(Ticket.key).in_(names_of(source, key))
    if known := (await session.exec(select(Ticket.id).where(*here))).first():
        return known
    bare: dict[str, Any] = {
        "id": ordered_id(),
        "source": source,
        "key": key,
        "kind": TicketKind.INCIDENT,
        "requester_id": requester.id,
        "customer_id": requester.customer_id,
        **dict.fromkeys(("group", "priority", "channel", "summary", "close_reason", "matter"), ""),
        "attributes": {},
        "as_of": {},
        "flow": {},
    }
    await insert_new(session, Ticket, [bare])
    return (await session.exec(select(Ticket.id).where(Ticket.source == source, Ticket.key == key))).one()
