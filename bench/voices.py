"""What many voices weigh on PostgreSQL, and what an answer costs beside them: it should cost the same.

    python -m bench.voices [--sizes 250000,1000000,5000000] [--months] [--recount] [--upgrade]

An installation on PostgreSQL from the wheel of the tests is filled by the database itself (`bench/voices_filling.py`)
with drawn rows spread over two years: a ticket with three events, an invitation with its link, an answer, its
experience, for six of ten a comment with a mention; a person for every five, with what they lived through. All of the
two years lies in one partition, as what was there before months came, or, with `--months`, each month in its own. The
database lies where TMPDIR points to, and has the memory that one of this size would be given.

At each size: bytes a voice of each table with its indexes; the median time in which one answer is opened, checked and
stored by the code that does it in earnest, and the pages it looks at; what the jobs that follow take of this process's
time until these answers are understood and counted; what it takes to delete the oldest month of experiences (rolled
back), beside dropping a table that holds the same rows; and each report: seconds of this process's and of the
database's processor, and which of its statements read a table that grows from end to end. In the end, with `--recount`,
what the jobs take when a month begins and everybody is counted anew for the moments, and with `--upgrade`, how long the
step to partitions takes, and how long somebody waits meanwhile who asks for an answer.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import uvloop
from alembic import command

from bench.filling import BASE, NOW
from bench.reports import Report, reports
from bench.submit import SECRET, invitations
from bench.voices_filling import TABLES, by_months, copy, draw, keep_sums
from core.clock import at
from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from surveys.schemas import Submission
from surveys.service.foreseeing import receive
from tests.support.servers import Servers
from tests.web.test_plans import listening, scanned
from web import schema
from web.worker import SUBSCRIPTIONS

ANSWERS = 300
ONE_PIECE = "9d41c2ab6e07"  # the schema before partitions
GIVEN = ("shared_buffers=4GB", "wal_level=minimal", "max_wal_senders=0")


async def weighed(connection: Any, voices: int) -> None:
    parts = "SELECT sum(pg_total_relation_size(relid)) FROM (SELECT relid FROM pg_partition_tree($1::text::regclass)"
    whole = f"{parts} UNION SELECT $1::text::regclass) AS part"
    found = {table: int(await connection.fetchval(whole, table)) for table in TABLES}
    print("  bytes a voice: " + ", ".join(f"{table} {size / voices:.0f}" for table, size in found.items()))
    print(
        f"  together {sum(found.values()) / voices:,.0f} bytes a voice, {sum(found.values()) / 1e9:.1f} GB", flush=True
    )


async def pages(connection: Any) -> int:
    """That this database has asked for so far; what others counted is told within a second."""
    await asyncio.sleep(2)
    return int(
        await connection.fetchval(
            "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
        )
    )


async def answering(url: str, tokens: list[str]) -> float:
    """Median milliseconds of one answer alone."""
    given: dict[str, Any] = {
        "functional": 4,
        "emotional": 3,
        "satisfaction": 4,
        "comment": "Two calls, then it worked.",
    }
    db, took = Database(url), list[float]()
    for token in tokens:
        begun = time.perf_counter()
        await receive(db, token, Submission("k", "en", given))
        took.append(time.perf_counter() - begun)
    await db.close()
    return statistics.median(took[20:]) * 1000


async def understanding(url: str) -> float:
    """Seconds of this process until what waits is read, counted, in the sums and the chains."""
    db, begun = Database(url), time.process_time()
    await drain_all(db, SUBSCRIPTIONS)
    await db.close()
    return time.process_time() - begun


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


async def month_gone(connection: Any) -> tuple[int, float, float]:
    """Rows of the oldest month of experiences, seconds to delete them, seconds to drop a table of the same rows."""
    oldest = "day < (SELECT min(day) + 60 FROM experience)"
    n = await connection.fetchval(f"SELECT count(*) FROM experience WHERE {oldest}")
    await connection.execute(f"CREATE TABLE bench_month AS SELECT * FROM experience WHERE {oldest}")
    dropped = await timed(lambda: connection.execute("DROP TABLE bench_month"))
    await connection.execute("BEGIN")
    deleted = await timed(lambda: connection.execute(f"DELETE FROM experience WHERE {oldest}"))
    await connection.execute("ROLLBACK")
    return n, deleted, dropped


async def reported(url: str, servers: Servers) -> None:
    db, found = Database(url), list[tuple[float, float, str]]()
    try:
        with at(NOW), listening() as heard:
            for name, report in reports().items():
                found.append((*await cost(db, report, servers), name))
        scans = await scanned(db, heard)
    finally:
        await db.close()
    print("  reports, here + in the database, CPU s: " + ", ".join(f"{n} {a:.2f} + {b:.2f}" for a, b, n in found))
    print(f"  of their {len(heard)} statements {len(scans)} read a table that grows from end to end")
    for scan in scans:
        print(f"    {' '.join(scan.split())[:300]}")


async def cost(db: Database, report: Report, servers: Servers) -> tuple[float, float]:
    """The quicker of two times, as somebody who sees all."""
    took = list[tuple[float, float]]()
    for _ in range(2):
        here, there = time.process_time(), servers.seconds()
        async with db.read() as session:
            await report(session, None)
        took.append((time.process_time() - here, servers.seconds() - there))
    return min(took, key=sum)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="250000,1000000,5000000")
    for name in ("--months", "--recount", "--upgrade"):
        parser.add_argument(name, action="store_true")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    servers = Servers(durable=True)
    try:
        with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as kept:
            url = await asyncio.to_thread(servers.start_postgres, *GIVEN)
            own = {"DATA_DIR": kept, "DATABASE_URL": url, "SECRET_KEY": SECRET, "REDIS_URL": "redis://127.0.0.1:9/0"}
            os.environ.update({f"TOUCHSTONE_{name}": value for name, value in own.items()})
            settings.cache_clear()
            await asyncio.to_thread(schema.migrate, settings().database_url)
            if asked.months:
                await by_months(db := Database(settings().database_url))
                await db.close()
            connection: Any = await asyncpg.connect(url)  # type: ignore[no-untyped-call]
            await every_size(settings().database_url, connection, sizes, servers)
            if asked.recount:
                await recounted(settings().database_url, connection)
            if asked.upgrade:
                await upgraded(settings().database_url, connection)
            await connection.close()
    finally:
        await asyncio.to_thread(servers.stop)


async def every_size(url: str, connection: Any, sizes: list[int], servers: Servers) -> None:
    await connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")  # fewer full pages while it is filled
    await connection.execute("SELECT pg_reload_conf()")
    db, before, begun = Database(url), 1, time.perf_counter()
    with at(NOW):
        drawn = await draw(db, connection)
    print(f"{BASE:,} drawn in {time.perf_counter() - begun:.0f} s", flush=True)
    tokens = await asyncio.to_thread(invitations, {}, ANSWERS * (len(sizes) + 1), 0)
    await answering(url, tokens[:ANSWERS])  # what is loaded with the first is no cost of theirs
    await understanding(url)
    for size in sizes:
        tokens, times, begun = tokens[ANSWERS:], max(1, size // BASE), time.perf_counter()
        await copy(url.replace("+asyncpg", ""), connection, before, times - 1)
        await keep_sums(db, connection, drawn, before if before > 1 else 0, times)
        before = times
        print(f"{size:,} voices (what was new in {time.perf_counter() - begun:.0f} s)")
        await look_at(url, connection, size, tokens[:ANSWERS], servers)
    await db.close()


async def recounted(url: str, connection: Any) -> None:
    await connection.execute("UPDATE moment_parameters SET answers = 0")
    print(f"everybody counted anew for the moments: {await understanding(url):.0f} s", flush=True)


async def upgraded(url: str, connection: Any) -> None:
    await asyncio.to_thread(command.downgrade, schema.config(url), ONE_PIECE)
    upgrade = asyncio.create_task(timed(lambda: asyncio.to_thread(schema.migrate, url)))
    waited = list[float]()
    while not upgrade.done():
        waited.append(await timed(lambda: connection.fetch("SELECT id FROM response LIMIT 1")))
        await asyncio.sleep(0.01)
    print(f"answers come to lie by month: {await upgrade:.1f} s; a look at answers waited {max(waited):.1f} s at most")


async def look_at(url: str, connection: Any, size: int, tokens: list[str], servers: Servers) -> None:
    await weighed(connection, size)
    asked_for = await pages(connection)
    took = await answering(url, tokens)
    asked_for = (await pages(connection) - asked_for) // ANSWERS
    print(f"  one answer alone: {took:.1f} ms, {asked_for} pages of 8 kB looked at", flush=True)
    print(f"  understood and counted: {await understanding(url) / ANSWERS * 1000:.1f} ms each", flush=True)
    n, deleted, dropped = await month_gone(connection)
    print(f"  the oldest month, {n:,} experiences: deleted in {deleted:.1f} s, dropped in {dropped:.2f} s", flush=True)
    await reported(url, servers)


if __name__ == "__main__":
    uvloop.run(main())
