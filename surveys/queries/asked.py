"""Sums of what was asked and answered, and the decisions that they do not hold as they are."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import for_claiming
from journeys.models import Customer, Service, Ticket
from surveys.models import AskedCell, Invitation, Response
from surveys.rules.asked import Change, Decision, Key, changes, rate_of
from surveys.schemas import ResponseRate

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


async def response_rate(
    session: AsyncSession,
    scope: frozenset[str] | None,
    since: date,
    until: date,
    service: str = "",
    customer: str = "",
) -> ResponseRate:
    """What became of the invitations decided in the months from `since` to before `until` (their first days), for the
    customers in `scope`. However many there are, few rows are read; decisions that are not added up yet are read
    themselves. An answer counts once the job has seen it."""

    def chosen(change: Change) -> bool:
        key = change[0]
        narrow = (not service or key.service == service) and (not customer or key.customer == customer)
        return narrow and since <= key.month < until and (scope is None or key.customer in scope)

    return rate_of(filter(chosen, [*await _cells(session, scope), *changes(await decisions(session))]))


async def _cells(session: AsyncSession, scope: frozenset[str] | None) -> list[Change]:
    statement = select(AskedCell)
    if scope is not None:
        statement = statement.where(col(AskedCell.customer).in_(scope))
    rows = (await session.exec(statement)).all()
    return [(Key(row.month, row.service, row.customer, row.outcome), row.n, row.answered) for row in rows]
