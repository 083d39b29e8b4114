"""Reading tickets that were over in a past time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Ticket
from journeys.schemas.places import Strand

AT_ONCE = 500


async def ended_between(session: AsyncSession, since: datetime, until: datetime) -> list[UUID]:
    """In the order in which they were over."""
    over = select(Ticket.id).where(col(Ticket.resolved_at) >= since, col(Ticket.resolved_at) < until)
    return list((await session.exec(over.order_by(col(Ticket.resolved_at), col(Ticket.id)))).all())


async def strands_by_person(session: AsyncSession, people: Sequence[UUID]) -> dict[UUID, list[Strand]]:
    """All tickets of these people."""
    found: dict[UUID, list[Strand]] = {person_id: [] for person_id in people}
    for start in range(0, len(people), AT_ONCE):
        theirs = select(Ticket).where(col(Ticket.requester_id).in_(people[start : start + AT_ONCE]))
        for ticket in (await session.exec(theirs)).all():
            if ticket.requester_id and (opened := ticket.opened_at or ticket.resolved_at):
                found[ticket.requester_id].append(Strand(ticket.id, opened, ticket.resolved_at, ticket.matter))
    return found
