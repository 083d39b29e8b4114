"""PostgreSQL: getting rid of what deleted rows leave in its files."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LOCK_SECONDS = 3  # whoever comes after somebody who waits for a whole table waits behind them
LOCKED = "55P03"
DEAD_ROWS = text("""
    SELECT coalesce(sum(s.n_dead_tup), 0)
    FROM pg_class c JOIN pg_stat_all_tables s ON s.relid IN (c.oid, c.reltoastrelid)
    WHERE c.relname = ANY(:names) AND pg_table_is_visible(c.oid)
""")
# A partitioned table holds no rows itself: what has to be cleaned are its partitions.
LEAVES = text("""
    SELECT leaf.relname FROM pg_class c
    CROSS JOIN LATERAL (
        SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf UNION SELECT c.oid WHERE c.relkind = 'r'
    ) t JOIN pg_class leaf ON leaf.oid = t.relid
    WHERE c.relname = ANY(:names) AND pg_table_is_visible(c.oid) ORDER BY leaf.relname
""")
SMALL = text("""
    SELECT relname FROM pg_class
    WHERE relname = ANY(:names) AND pg_table_is_visible(oid) AND pg_total_relation_size(oid) <= :bytes
    ORDER BY relname
""")


async def pack(engine: AsyncEngine, tables: Sequence[str], rewrite_up_to: int | None, tries: int, pause: float) -> bool:
    """Free the place of dead rows, then write the tables into new files; whether nothing was left.

    Both in this order. A plain VACUUM takes out every row that no snapshot *of this database* can see, and leaves its
    bytes until something else is written over them. VACUUM (FULL) leaves no bytes, but copies dead rows along while any
    transaction of the whole cluster is open, be it of another database: its own snapshot reaches back to that one.
    """
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
        try:
            names = list((await connection.execute(LEAVES, {"names": list(tables)})).scalars())
            clean = await _freed_in_time(connection, names, tries, pause)
            found = await connection.execute(SMALL, {"names": names, "bytes": rewrite_up_to or 2**62})
            written = [await _vacuum(connection, "(FULL)", [str(name)]) for (name,) in found.all()]
        finally:
            await connection.execute(text("RESET lock_timeout"))
    return clean and all(written)


async def _freed_in_time(connection: AsyncConnection, tables: Sequence[str], tries: int, pause: float) -> bool:
    for turn in range(tries):
        if turn:
            await asyncio.sleep(pause)
        freed = await _vacuum(connection, "", tables)
        if freed and not (await connection.execute(DEAD_ROWS, {"names": list(tables)})).scalar():
            return True
    return False


async def _vacuum(connection: AsyncConnection, how: str, tables: Sequence[str]) -> bool:
    """False where somebody holds a table for too long."""
    quoted = ", ".join(f'"{name}"' for name in tables)
    try:
        await connection.execute(text(f"VACUUM {how} {quoted}"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != LOCKED:
            raise
        return False
    return True
