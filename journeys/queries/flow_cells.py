"""Reading sums of flow, and the tickets that have changed since they were added up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import for_claiming
from journeys.models import Customer, FlowCell, Service, Ticket
from journeys.schemas import FlowChoice

PLACED = ("service", "customer", "kind", "group", "priority", "channel")
KEYS = ("month", *PLACED)
_unpack = msgspec.msgpack.Decoder(dict[str, int]).decode


class Changed(NamedTuple):
    """A ticket that the sums do not hold as it is. `placed`: service, customer, kind, group, priority, channel."""

    id: UUID
    flow: dict[str, Any]
    sla_met: bool | None
    opened_at: datetime | None
    resolved_at: datetime | None
    counted_as: bytes | None
    placed: tuple[str, ...]


async def uncounted(session: AsyncSession, at_most: int | None = None) -> list[Changed]:
    """`at_most` given: held until the end of the transaction."""
    names = ("id", "flow", "sla_met", "opened_at", "resolved_at", "counted_as")
    placed = (Ticket.kind, Ticket.group, Ticket.priority, Ticket.channel)
    statement: Any = select(*(col(getattr(Ticket, name)) for name in names), *(col(one) for one in placed))
    statement = statement.where(col(Ticket.counted).is_(False)).order_by(col(Ticket.id))
    if at_most is not None:
        statement = for_claiming(session, statement.limit(at_most))
    rows = (await session.exec(statement.add_columns(Ticket.service_id, Ticket.customer_id))).all()
    services, customers = await _keys(session, Service), await _keys(session, Customer)
    placed_by = [(services.get(row[-2], ""), customers.get(row[-1], ""), *map(str, row[6:10])) for row in rows]
    return [Changed._make((*row[:6], where)) for row, where in zip(rows, placed_by, strict=True)]


async def any_uncounted(session: AsyncSession) -> bool:
    return (await session.exec(select(Ticket.id).where(col(Ticket.counted).is_(False)).limit(1))).first() is not None


async def _keys(session: AsyncSession, table: Any) -> dict[UUID | None, str]:
    return dict((await session.exec(select(table.id, table.key))).all())


async def cells_at(session: AsyncSession, keys: Sequence[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], dict[str, int]]:
    columns = [col(getattr(FlowCell, name)) for name in KEYS]
    rows = (await session.exec(select(FlowCell).where(tuple_(*columns).in_(keys)))).all()
    return {tuple(getattr(row, name) for name in KEYS): _unpack(row.sums) for row in rows}


async def cells(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice
) -> list[tuple[dict[str, str], date, dict[str, int]]]:
    """What places the tickets, their month, and their sums; for those customers that may be seen."""
    statement = select(FlowCell)
    if scope is not None:
        statement = statement.where(col(FlowCell.customer).in_(scope))
    for name in ("service", "customer", "kind"):
        if getattr(choice, name) is not None:
            statement = statement.where(getattr(FlowCell, name) == getattr(choice, name))
    if choice.since:
        statement = statement.where(col(FlowCell.month) >= choice.since.date())
    if choice.until:
        statement = statement.where(col(FlowCell.month) < choice.until.date())
    rows = (await session.exec(statement)).all()
    return [({name: getattr(row, name) for name in PLACED}, row.month, _unpack(row.sums)) for row in rows]
