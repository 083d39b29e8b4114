"""What a report may be filtered by, for somebody who sees only some customers."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import PublishedSum
from journeys.models import Customer, Service, Ticket


async def services_in(session: AsyncSession, scope: frozenset[str] | None) -> dict[str, str]:
    """Services that somebody in scope had a ticket for or spoke about; others are none of their business."""
    tickets = select(Ticket.id).where(Ticket.service_id == Service.id)
    voices = select(PublishedSum.n).where(PublishedSum.service == Service.key)
    if scope is not None:
        tickets = tickets.join(Customer, col(Customer.id) == col(Ticket.customer_id)).where(
            col(Customer.key).in_(scope)
        )
        voices = voices.where(col(PublishedSum.customer).in_(scope))
    statement = select(Service.key, Service.name).where(tickets.exists() | voices.exists())
    return dict((await session.exec(statement.order_by(col(Service.name)))).all())
