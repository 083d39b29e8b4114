"""Reading all that is known of somebody's tickets, for those customers that may be seen."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person, Service, Ticket
from journeys.queries.places import context_of
from journeys.schemas import TicketFlow
from journeys.schemas.matters import MatterTicket

Scope = frozenset[str] | None


def _tickets(scope: Scope) -> Any:
    columns: Any = (Ticket, Service.key, Customer.key)
    statement: Any = (
        select(*columns)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
        .where(or_(col(Ticket.opened_at).is_not(None), col(Ticket.resolved_at).is_not(None)))
    )
    return statement if scope is None else statement.where(col(Customer.key).in_(scope))


async def matter_ticket(session: AsyncSession, scope: Scope, ticket_id: UUID) -> MatterTicket | None:
    """None for who may not see it, as if it were not there."""
    rows = (await session.exec(_tickets(scope).where(Ticket.id == ticket_id))).all()
    return _told(*rows[0]) if rows else None


async def numbered(session: AsyncSession, scope: Scope, number: str) -> list[UUID]:
    """The tickets of that number: one, unless several systems count alike."""
    wanted = col(Ticket.key).in_({number, number.upper()})
    rows = (await session.exec(_tickets(scope).where(wanted).order_by(col(Ticket.id).desc()).limit(10))).all()
    return [row[0].id for row in rows]


async def tickets_of(session: AsyncSession, scope: Scope, persons: Collection[UUID]) -> list[MatterTicket]:
    rows = (await session.exec(_tickets(scope).where(col(Ticket.requester_id).in_(persons)))).all()
    return [_told(*row) for row in rows]


def _told(ticket: Ticket, service: str | None, customer: str | None) -> MatterTicket:
    opened = ticket.opened_at or ticket.resolved_at
    assert isinstance(opened, datetime)
    return MatterTicket(
        id=ticket.id,
        number=ticket.key,
        kind=ticket.kind,
        summary=ticket.summary,
        service=service or "",
        customer=customer or "",
        place=context_of(ticket, service or "", customer or "").attributes,
        requester_id=ticket.requester_id,
        opened_at=opened,
        over_at=ticket.resolved_at,
        sla_met=ticket.sla_met,
        linked=ticket.matter,
        flow=msgspec.convert(ticket.flow, TicketFlow) if ticket.flow else TicketFlow(),
    )


async def lately_served(session: AsyncSession, scope: Scope, tickets: int) -> set[UUID]:
    """Who raised the newest tickets."""
    statement = select(Ticket.requester_id).where(col(Ticket.requester_id).is_not(None))
    if scope is not None:
        mine = select(Customer.id).where(col(Customer.key).in_(scope))
        statement = statement.where(col(Ticket.customer_id).in_(mine))
    rows = (await session.exec(statement.order_by(col(Ticket.id).desc()).limit(tickets))).all()
    return {person for person in rows if person}


async def known_by(session: AsyncSession, addresses: Collection[str]) -> dict[str, UUID]:
    """Mail addresses, small letters, by which one person alone is known."""
    if not addresses:
        return {}
    address = func.lower(col(Person.email))
    statement = select(address, Person.id).where(address.in_(addresses))
    found: dict[str, list[UUID]] = {}
    for mail, person in (await session.exec(statement)).all():
        found.setdefault(mail, []).append(person)
    return {mail: persons[0] for mail, persons in found.items() if len(persons) == 1}
