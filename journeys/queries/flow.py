"""Reading the flow figures that stand with each ticket."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

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


async def newest_placed(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice, at_most: int
) -> list[tuple[UUID, dict[str, str]]]:
    """Tickets whose events are worth reading: the newest ones, with what places them."""
    statement = _chosen(choice, col(Ticket.id))
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    newest = func.coalesce(col(Ticket.resolved_at), col(Ticket.opened_at)).desc()
    rows = (await session.exec(statement.order_by(newest, col(Ticket.id)).limit(at_most))).all()
    return [
        (id_, dict(zip(ATTRIBUTES, values, strict=True)) | {"service": service or "", "customer": customer or ""})
        for id_, service, customer, *values in rows
    ]


def _chosen(choice: FlowChoice, first: Any = None) -> Any:
    told = [col(getattr(Ticket, name)) for name in ATTRIBUTES]
    statement = (
        select(col(Ticket.flow) if first is None else first, col(Service.key), col(Customer.key), *told)
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
