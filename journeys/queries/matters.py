"""Reading tickets as parts of somebody's matter, and as they are at a moment."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Person, Service, Ticket, TicketKind, TicketState
from journeys.queries.places import context_of, ticket_contexts, with_context
from journeys.schemas import TicketFlow
from journeys.schemas.places import RaisedTicket, Strand, TicketSnapshot

RUNNING = (TicketState.QUEUE, TicketState.ACTIVE, TicketState.WAITING)


async def strands_of(session: AsyncSession, ticket_ids: Iterable[UUID]) -> dict[UUID, list[Strand]]:
    """Of each ticket that is there: itself and all others of its requester; without a requester it stands alone."""
    asked = (await session.exec(select(Ticket).where(col(Ticket.id).in_(list(ticket_ids))))).all()
    requesters = {ticket.requester_id for ticket in asked if ticket.requester_id}
    theirs = select(Ticket).where(col(Ticket.requester_id).in_(requesters)).order_by(col(Ticket.opened_at))
    by_requester: dict[UUID | None, list[Ticket]] = {}
    for ticket in (await session.exec(theirs)).all():
        by_requester.setdefault(ticket.requester_id, []).append(ticket)
    return {ticket.id: _strands(by_requester.get(ticket.requester_id, [ticket])) for ticket in asked}


def _strands(tickets: Iterable[Ticket]) -> list[Strand]:
    """A ticket of which only the end is known was opened no later than that."""
    return [
        Strand(ticket.id, opened, ticket.resolved_at, ticket.matter)
        for ticket in tickets
        if (opened := ticket.opened_at or ticket.resolved_at)
    ]


async def snapshots(session: AsyncSession, ticket_ids: Sequence[UUID]) -> dict[UUID, TicketSnapshot]:
    contexts = await ticket_contexts(session, ticket_ids)
    tickets = (await session.exec(select(Ticket).where(col(Ticket.id).in_(ticket_ids)))).all()
    return {ticket.id: _snapshot(ticket, contexts[ticket.id].attributes) for ticket in tickets}


def _snapshot(ticket: Ticket, context: dict[str, str]) -> TicketSnapshot:
    return TicketSnapshot(
        context=context,
        attributes=_attributes(ticket),
        state=TicketState(ticket.state) if ticket.state else None,
        resolved_at=ticket.resolved_at,
        flow=msgspec.convert(ticket.flow, TicketFlow) if ticket.flow else TicketFlow(),
    )


def _attributes(ticket: Ticket) -> dict[str, str]:
    """What a trigger may look at; whether the agreed time was kept among it, where that is known."""
    if ticket.sla_met is None:
        return ticket.attributes
    return {"sla_met": "true" if ticket.sla_met else "false"} | ticket.attributes


async def running_incidents(session: AsyncSession, priorities: Iterable[str]) -> set[str]:
    """Keys of the services on which an incident of such a priority is open."""
    statement = (
        select(Service.key)
        .join(Ticket, col(Ticket.service_id) == col(Service.id))
        .where(Ticket.kind == TicketKind.INCIDENT, col(Ticket.state).in_(RUNNING))
        .where(col(Ticket.priority).in_(list(priorities)))
        .distinct()
    )
    return set((await session.exec(statement)).all())


async def raised_by(session: AsyncSession, person_ids: Iterable[UUID]) -> list[RaisedTicket]:
    """All tickets of these people."""
    lived = (Ticket.opened_at, Ticket.resolved_at, Ticket.matter, Ticket.flow)
    rows = (await session.exec(with_context(*lived).where(col(Ticket.requester_id).in_(list(person_ids))))).all()
    return [
        RaisedTicket(
            context_of(row, row.service or "", row.customer or ""),
            opened,
            row.resolved_at,
            row.matter,
            msgspec.convert(row.flow, TicketFlow).first_resolved_at if row.flow else None,
        )
        for row in rows
        if (opened := row.opened_at or row.resolved_at)
    ]


async def requesters(session: AsyncSession, ticket_ids: Sequence[UUID]) -> set[UUID]:
    """Who raised these tickets, where that is known."""
    statement = select(Ticket.requester_id).where(col(Ticket.id).in_(ticket_ids))
    return {person for person in (await session.exec(statement)).all() if person}


async def everybody(session: AsyncSession, after: UUID | None, at_most: int) -> list[UUID]:
    """The next people who raised a ticket, by their ids."""
    statement = select(Person.id).where(select(Ticket.id).where(Ticket.requester_id == Person.id).exists())
    if after:
        statement = statement.where(col(Person.id) > after)
    return list((await session.exec(statement.order_by(col(Person.id)).limit(at_most))).all())
