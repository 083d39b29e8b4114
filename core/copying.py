"""All rows of all tables, out and in again, for copies of the whole database."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Integer, func, select, text
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

AT_ONCE = 1000
Row = dict[str, Any]


def tables() -> list[str]:
    """Those first that others point to."""
    return [table.name for table in SQLModel.metadata.sorted_tables]


async def rows(session: AsyncSession, name: str) -> AsyncIterator[Row]:
    table = SQLModel.metadata.tables[name]
    statement = select(table).order_by(*table.primary_key.columns)
    found = await (await session.connection()).stream(statement.execution_options(yield_per=AT_ONCE))
    async for row in found.mappings():
        yield dict(row)


async def put(session: AsyncSession, name: str, some: Sequence[Row]) -> None:
    if some:
        await (await session.connection()).execute(SQLModel.metadata.tables[name].insert(), list(some))


async def count(session: AsyncSession, name: str) -> int:
    found = await (await session.connection()).execute(select(func.count()).select_from(SQLModel.metadata.tables[name]))
    return found.scalar_one()


async def holds_voices(session: AsyncSession) -> bool:
    """Whether anything is in it that a restore would bury: what `init` installs is not."""
    known = [name for name in ("response", "feedback", "ticket", "person", "auth_user") if name in tables()]
    return any([await count(session, name) for name in known])


async def empty_built_in(session: AsyncSession) -> None:
    for table in reversed(SQLModel.metadata.sorted_tables):
        await (await session.connection()).execute(table.delete())


async def go_on_counting(session: AsyncSession) -> None:
    """PostgreSQL numbers new rows from a sequence, which inserted numbers do not move."""
    connection = await session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in SQLModel.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        if len(keys) == 1 and isinstance(keys[0].type, Integer) and keys[0].autoincrement:
            key, name = keys[0].name, table.name
            sequence = f"pg_get_serial_sequence('\"{name}\"', '{key}')"
            moved = f'SELECT setval({sequence}, max("{key}")) FROM "{name}"'  # noqa: S608 - names of the schema
            await connection.execute(text(moved))
