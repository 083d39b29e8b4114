"""Sums of what was asked and answered, and the decisions that they do not hold as they are."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import for_claiming
from journeys.models import Customer, Service, Ticket
from surveys.models import AskedCell, Invitation, Response
from surveys.schemas.asked import AskedKey, Decision

OWN = ("id", "asked", "reason", "decided_at", "answered_at", "counted_as")


async def claim_uncounted(session: AsyncSession, at_most: int) -> list[UUID]:
    """Held until the end of the transaction."""
    statement = _uncounted(Invitation.id).order_by(col(Invitation.id)).limit(at_most)
    return list((await session.exec(for_claiming(session, statement))).all())


async def any_uncounted(session: AsyncSession) -> bool:
    return (await session.exec(_uncounted(Invitation.id).limit(1))).first() is not None


def _uncounted(what: Any) -> Any:
    return select(what).where(col(Invitation.counted).is_(False))


async def hold(
    session: AsyncSession,
    invitations: Collection[UUID] = (),
    responses: Collection[UUID] = (),
    tickets: Collection[UUID] = (),
) -> set[UUID]:
    """These, those that were answered, and those about the tickets: held until the end of the transaction."""
    answered = select(Response.invitation_id).where(col(Response.id).in_(responses))
    wanted = (
        (invitations, col(Invitation.id).in_(invitations)),
        (responses, col(Invitation.id).in_(answered)),
        (tickets, col(Invitation.ticket_id).in_(tickets)),
    )
    found = set[UUID]()
    for wish, where in wanted:
        if wish:
            held = select(Invitation.id).where(where).order_by(col(Invitation.id)).with_for_update()
            found.update((await session.exec(held)).all())
    return found


async def decisions(session: AsyncSession, ids: Collection[UUID] | None = None) -> list[Decision]:
    """Of these invitations; without `ids` of all that are not counted."""
    which = col(Invitation.counted).is_(False) if ids is None else col(Invitation.id).in_(ids)
    columns: list[Any] = [*(col(getattr(Invitation, name)) for name in OWN), Service.key, Customer.key]
    statement = (
        select(*columns)
        .select_from(Invitation)
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .where(which)
    )
    return [Decision._make(row) for row in (await session.exec(statement)).all()]


async def cells(session: AsyncSession, scope: frozenset[str] | None) -> list[tuple[AskedKey, int, int]]:
    """Decisions and answers of each cell, for those customers that may be seen."""
    statement = select(AskedCell)
    if scope is not None:
        statement = statement.where(col(AskedCell.customer).in_(scope))
    rows = (await session.exec(statement)).all()
    return [(AskedKey(row.month, row.service, row.customer, row.outcome), row.n, row.answered) for row in rows]
