"""Tables that grow are partitioned by month on PostgreSQL: by the time that an ordered id begins with.

The primary key stays the id alone, so that one id is one row over all months, and a look by id goes to one partition.
What is older than the partitions lies in one that ends where they begin; what tells no time in one of its own; and what
nobody foresaw in the one that takes the rest. SQLite has plain tables.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from core.clock import now
from core.db import Database, Session
from core.ids import first_at
from core.log import cause

log = logging.getLogger(__name__)
BY_MONTH: dict[str, Any] = {"postgresql_partition_by": "RANGE (id)"}  # for `__table_args__`
Ids = tuple[UUID, UUID]
AHEAD = 3  # months
ONE_AT_A_TIME = 7_238_002
LOCK_SECONDS = 3
PART = re.compile(r"_(?:y(\d{4})m(\d{2})|before|timeless|rest)$")
PARTS = text("""
    SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bounds
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(:name)
""")

KEYS = text("""
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n)
    FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(number, n)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = to_regclass(:name) AND i.indisunique AND NOT i.indisprimary GROUP BY i.indexrelid
""")
# Columns of words, of which the planner keeps no samples.
UNSAMPLED = text("SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attstattarget = 0")


def by_month() -> list[str]:
    """The tables, those first that others point to."""
    return [one.name for one in SQLModel.metadata.sorted_tables if one.dialect_options["postgresql"]["partition_by"]]


def is_part(name: str) -> bool:
    """Whether this is the name of a partition of one of them."""
    found = PART.search(name)
    return bool(found) and name[: found.start() if found else 0] in by_month()


def part_of(table: str, month: date) -> str:
    return f"{table}_y{month:%Ym%m}"


def months_from(first: date, n: int) -> list[date]:
    """The first days of so many months, from that of `first` on."""
    start = first.year * 12 + first.month - 1
    return [date((start + i) // 12, (start + i) % 12 + 1, 1) for i in range(n)]


def next_month(month: date) -> date:
    return months_from(month, 2)[1]


def begins(month: date) -> UUID:
    """The least id of that month."""
    return first_at(datetime.combine(month, time(), UTC))


async def parts(connection: AsyncConnection, table: str) -> dict[str, str]:
    """The partitions of a table by name, with their bounds as PostgreSQL tells them."""
    return {row.relname: row.bounds for row in await connection.execute(PARTS, {"name": table})}


async def missing(connection: AsyncConnection, months: Iterable[date]) -> list[tuple[str, date]]:
    """Tables and months whose rows would lie in the partition for the rest."""
    found = []
    for table in by_month():
        there = await parts(connection, table)
        before = re.search(r"TO \('([0-9a-f-]{36})'\)", there.get(f"{table}_before", ""))
        found += [
            (table, month)
            for month in months
            if part_of(table, month) not in there and not (before and begins(month) < UUID(before[1]))
        ]
    return found


async def make(connection: AsyncConnection, months: Iterable[date]) -> None:
    """The partitions of these months that are not there. A month of which rows lie in the rest stays there."""
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    for table, month in await missing(connection, months):
        first, after = begins(month), begins(next_month(month))
        rest = f"SELECT EXISTS (SELECT FROM \"{table}_rest\" WHERE id >= '{first}' AND id < '{after}')"  # noqa: S608
        if not (await connection.execute(text(rest))).scalar():
            made = f"PARTITION OF \"{table}\" FOR VALUES FROM ('{first}') TO ('{after}')"
            await connection.execute(text(f'CREATE TABLE "{part_of(table, month)}" {made}'))
            await _as_the_rest(connection, table, part_of(table, month))


async def _as_the_rest(connection: AsyncConnection, table: str, part: str) -> None:
    """What a new partition does not take over: keys that hold within one alone, and columns without samples."""
    for columns in (await connection.execute(KEYS, {"name": f"{table}_rest"})).scalars():
        await connection.execute(text(f'CREATE UNIQUE INDEX "uq_{part}" ON "{part}" ({columns})'))
    for column in (await connection.execute(UNSAMPLED, {"name": f"{table}_rest"})).scalars():
        await connection.execute(text(f'ALTER TABLE "{part}" ALTER COLUMN "{column}" SET STATISTICS 0'))


async def make_ahead(db: Database) -> None:
    """This month's partitions and the next ones'. Where none can be made the doctor tells, and rows lie in the rest."""
    if db.is_sqlite:
        return
    wanted = months_from(now().date(), 1 + AHEAD)
    try:
        async with db.write() as session:
            connection = await session.connection()
            if await missing(connection, wanted):
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
                await make(connection, wanted)
    except DBAPIError as error:
        log.warning("partitions for the coming months could not be made: %s", cause(error))


async def lacking(db: Database) -> list[str]:
    """Partitions of this month and the next that are not there."""
    if db.is_sqlite:
        return []
    async with db.engine.connect() as connection:
        return [part_of(*one) for one in await missing(connection, months_from(now().date(), 2))]


async def months_before(db: Database, day: date) -> list[date]:
    """Months that are over on that day and have partitions, the oldest first."""
    if db.is_sqlite:
        return []
    async with db.engine.connect() as connection:
        names = [name for table in by_month() for name in await parts(connection, table)]
    found = {date(int(one[1]), int(one[2]), 1) for name in names if (one := PART.search(name)) and one[1]}
    return sorted(month for month in found if next_month(month) <= day)


async def drop(db: Database, month: date, emptied: Callable[[Session, Ids], Awaitable[bool]]) -> bool:
    """Drop the month's partitions in one transaction, in which nobody else is at these tables; False where something
    in them stays, or somebody reads for long: then all is as it was. `emptied` is given the least id of the month and
    of the next, says whether nothing stays, and deletes what points there."""
    try:
        async with db.write() as session:
            connection = await session.connection()
            await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            for table in reversed(by_month()):
                await connection.execute(text(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE'))
            if gone := await emptied(session, (begins(month), begins(next_month(month)))):
                await _drop(connection, month)
            return gone
    except DBAPIError as error:
        log.warning("a month could not be dropped: %s", cause(error))
        return False


async def _drop(connection: AsyncConnection, month: date) -> None:
    for table in reversed(by_month()):
        if (part := part_of(table, month)) in await parts(connection, table):
            await connection.execute(text(f'ALTER TABLE "{table}" DETACH PARTITION "{part}"'))
            await connection.execute(text(f'DROP TABLE "{part}"'))
