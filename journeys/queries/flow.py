"""Reading the flow figures that stand with each ticket."""

from collections.abc import AsyncIterator, Sequence
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
    statement = _chosen(choice, func.coalesce(col(Ticket.resolved_at), col(Ticket.opened_at)), col(Ticket.flow))
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    rows = await session.stream(statement, execution_options={"yield_per": AT_ONCE})
    async for service, customer, *values, flow in rows:
        if flow:
            told = dict(zip(ATTRIBUTES, values, strict=True))
            placed = told | {"service": service or "", "customer": customer or ""}
            yield PlacedFlow(msgspec.convert(flow, TicketFlow), placed)


async def newest_placed(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice, at_most: int
) -> list[tuple[UUID, dict[str, str]]]:
    """Tickets whose events are worth reading: the newest ones, with what places them.

    Those that are over and those that are open are walked apart, each by the index, newest first.
    """
    over = col(Ticket.resolved_at).is_not(None), col(Ticket.resolved_at)
    still_open = col(Ticket.resolved_at).is_(None), col(Ticket.opened_at)
    found = [row for way in (over, still_open) for row in await _newest(session, scope, choice, at_most, *way)]
    found.sort(key=lambda row: row[-2:], reverse=True)
    return [
        (id_, dict(zip(ATTRIBUTES, values, strict=True)) | {"service": service or "", "customer": customer or ""})
        for service, customer, *values, _at, id_ in found[:at_most]
    ]


async def _newest(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice, at_most: int, stands: Any, at: Any
) -> Sequence[Any]:
    statement = _chosen(choice, at, at, col(Ticket.id)).where(stands)
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    rows: Sequence[Any] = (await session.exec(statement.order_by(at.desc()).limit(at_most))).all()
    return rows


def _chosen(choice: FlowChoice, at: Any, *last: Any) -> Any:
    """What places a ticket, and `last` of it, of those that `choice` means; `at`: the time that counts."""
    told = [col(getattr(Ticket, name)) for name in ATTRIBUTES]
    statement = (
        select(col(Service.key), col(Customer.key), *told)
        .add_columns(*last)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
    )
    for column, wanted in ((Service.key, choice.service), (Customer.key, choice.customer), (Ticket.kind, choice.kind)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if choice.since:
        statement = statement.where(at >= choice.since)
    if choice.until:
        statement = statement.where(at < choice.until)
    return statement
