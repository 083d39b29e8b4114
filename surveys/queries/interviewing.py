"""Reading for interviews: whom the system may draw, and who is to be called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.ids import keyed_hash
from journeys.models import Customer, Person, Ticket
from surveys.models import Invitation, Reason
from surveys.queries.opened import still_to_call


async def drawable(
    session: AsyncSession, scope: frozenset[str] | None, survey_id: UUID, since: datetime, until: datetime
) -> list[UUID]:
    """Tickets resolved in the window about which nothing is decided, or for which only an address was missing.

    In an order by lot: a keyed hash that nobody can steer, and that asking again does not change.
    """
    decided = select(Invitation.ticket_id).where(
        Invitation.survey_id == survey_id,
        col(Invitation.ticket_id).is_not(None),
        col(Invitation.reason).is_(None) | (col(Invitation.reason) != Reason.NO_ADDRESS),
    )
    statement = (
        select(Ticket.id)
        .where(col(Ticket.resolved_at) >= since, col(Ticket.resolved_at) <= until)
        .where(col(Ticket.requester_id).is_not(None), col(Ticket.id).not_in(decided))
    )
    found = (await session.exec(_within(statement, scope))).all()
    return sorted(found, key=lambda ticket_id: keyed_hash("interview", f"{survey_id}:{ticket_id}"))


async def to_call(
    session: AsyncSession, scope: frozenset[str] | None, survey_id: UUID, at: datetime
) -> Sequence[Invitation]:
    """Those drawn before whose time to be called has come, the longest waiting first."""
    statement = (
        select(Invitation)
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id))
        .where(Invitation.survey_id == survey_id, still_to_call(at), col(Invitation.due_at) <= at)
        .order_by(col(Invitation.due_at), col(Invitation.id))
    )
    found: Sequence[Invitation] = (await session.exec(_within(statement, scope))).all()
    return found


def _within(statement: Any, scope: frozenset[str] | None) -> Any:
    if scope is None:
        return statement
    return statement.join(Customer, col(Customer.id) == col(Ticket.customer_id)).where(col(Customer.key).in_(scope))


async def person_by_id(session: AsyncSession, person_id: UUID | None) -> Person | None:
    return (await session.exec(select(Person).where(Person.id == person_id))).first()
