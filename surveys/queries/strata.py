"""Who was asked and what is known of them, beside whether they answered: for nonresponse by stratum."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Service, Ticket
from surveys.models import Invitation, Response

NEWEST = 20_000


class AskedOne(NamedTuple):
    """Keys, "" where unknown; `hours` the ticket was open, None where that is not known. `response`: None: silent."""

    kind: str
    service: str
    customer: str
    channel: str
    hours: float | None
    handoffs: int
    response: UUID | None


async def asked_between(
    session: AsyncSession, scope: frozenset[str] | None, since: datetime, until: datetime
) -> list[AskedOne]:
    """The newest of those that were asked from `since` to before `until`; an answer after that is none yet."""
    columns = (Ticket.kind, Service.key, Customer.key, Invitation.channel, Invitation.snapshot, Response.id)
    statement = (
        select(*(col(column) for column in columns))
        .select_from(Invitation)
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id), isouter=True)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
        .join(
            Response,
            (col(Response.invitation_id) == col(Invitation.id)) & (col(Response.received_at) < until),
            isouter=True,
        )
        .where(col(Invitation.asked).is_(True), col(Invitation.decided_at) >= since, col(Invitation.decided_at) < until)
    )
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    rows: Sequence[Any] = (
        await session.exec(statement.order_by(col(Invitation.decided_at).desc()).limit(NEWEST))
    ).all()
    return [_asked(row[:3], *row[3:]) for row in rows]


def _asked(ticket: Sequence[str | None], channel: str, snapshot: dict[str, Any], told: UUID | None) -> AskedOne:
    kind, service, customer = (value or "" for value in ticket)
    hours, handoffs = snapshot.get("open_hours"), snapshot.get("handoffs") or 0
    return AskedOne(kind, service, customer, channel, hours, int(handoffs), told)
