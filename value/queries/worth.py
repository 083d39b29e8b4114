"""Value maps and what stands on them, for whoever may see them."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from value.models import Claim, Improvement, Indicator, IndicatorReading, Node, ValueEdit, ValueMap
from value.schemas.register import Scope

Thing = TypeVar("Thing", Node, Indicator, Claim)


def visible(customers: Iterable[str], scope: Scope) -> bool:
    """All its customers are the manager's; what is for everybody, only who sees all."""
    named = set(customers)
    return scope is None or (bool(named) and named <= scope)


async def maps(session: AsyncSession, scope: Scope) -> list[ValueMap]:
    found = (await session.exec(select(ValueMap).order_by(col(ValueMap.id)))).all()
    return [one for one in found if visible(one.customers, scope)]


async def value_map(session: AsyncSession, scope: Scope, id_: UUID) -> ValueMap | None:
    found = (await session.exec(select(ValueMap).where(ValueMap.id == id_))).first()
    return found if found and visible(found.customers, scope) else None


async def things(session: AsyncSession, kind: type[Thing], map_id: UUID) -> Sequence[Thing]:
    """Nodes, indicators or claims of a map, also those that were taken out; oldest first."""
    table: Any = kind
    found: Sequence[Thing] = (
        await session.exec(select(table).where(table.map_id == map_id).order_by(col(table.id)))
    ).all()
    return found


async def thing(session: AsyncSession, kind: type[Thing], map_id: UUID, id_: UUID) -> Thing | None:
    table: Any = kind
    found: Thing | None = (await session.exec(select(table).where(table.id == id_, table.map_id == map_id))).first()
    return found


async def indicator(session: AsyncSession, id_: UUID) -> Indicator | None:
    return (await session.exec(select(Indicator).where(Indicator.id == id_))).first()


async def readings(session: AsyncSession, indicator_id: UUID) -> Sequence[IndicatorReading]:
    statement = select(IndicatorReading).where(IndicatorReading.indicator_id == indicator_id)
    return (await session.exec(statement.order_by(col(IndicatorReading.month)))).all()


async def improvements_named(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Improvement]:
    found = (await session.exec(select(Improvement).where(col(Improvement.id).in_(list(ids))))).all()
    return {one.id: one for one in found}


async def edits_of(session: AsyncSession, map_id: UUID, thing_id: UUID) -> Sequence[ValueEdit]:
    """Newest first."""
    here = select(ValueEdit).where(ValueEdit.map_id == map_id, ValueEdit.thing_id == thing_id)
    return (await session.exec(here.order_by(col(ValueEdit.id).desc()))).all()
