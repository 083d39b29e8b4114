"""Reading the flow figures that stand with each ticket."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Service, Ticket
from journeys.schemas import FlowChoice, PlacedFlow, TicketFlow

ATTRIBUTES = ("kind", "group", "priority", "channel")
AT_ONCE = 1000


async def placed_flows(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice
) -> AsyncIterator[PlacedFlow]:
    """Tickets of the customers in `scope` (None: all), one by one. A ticket without events has no flow."""
    statement = _chosen(choice)
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    rows = await session.stream(statement, execution_options={"yield_per": AT_ONCE})
    async for flow, service, customer, *values in rows:
        if flow:
            told = dict(zip(ATTRIBUTES, values, strict=True))
            placed = told | {"service": service or "", "customer": customer or ""}
            yield PlacedFlow(msgspec.convert(flow, TicketFlow), placed)


def _chosen(choice: FlowChoice) -> Any:
    told = [col(getattr(Ticket, name)) for name in ATTRIBUTES]
    statement = (
        select(col(Ticket.flow), col(Service.key), col(Customer.key), *told)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
    )
    for column, wanted in ((Service.key, choice.service), (Customer.key, choice.customer), (Ticket.kind, choice.kind)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    counted_at = func.coalesce(col(Ticket.resolved_at), col(Ticket.opened_at))
    if choice.since:
        statement = statement.where(counted_at >= choice.since)
    if choice.until:
        statement = statement.where(counted_at < choice.until)
    return statement
