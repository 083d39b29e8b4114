"""What many voices weigh on PostgreSQL, and what an answer costs beside them: it should cost the same.

    python -m bench.voices [--sizes 200000,1000000,5000000]

An installation on PostgreSQL from the wheel of the tests is filled by the database itself with drawn rows spread over
two years: a ticket with three events, an invitation with its link, an answer, its experience, for six of ten a comment
of some 50 letters with a mention; a person for every five. At each size: bytes a voice of each table with its indexes;
the median time in which one answer is opened, checked and stored by the code that does it in earnest; what the jobs
that follow take until these answers are understood and counted; and what it takes to delete the oldest month of answers
(rolled back), beside dropping a table that holds the same rows.
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

from bench.submit import SECRET, invitations
from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from surveys.schemas import Asked, Submission
from surveys.service.answering import take
from tests.support.servers import Servers
from web.worker import SUBSCRIPTIONS

CHUNK = 200_000
TABLES = ("person", "ticket", "ticket_event", "invitation", "invitation_link", "response", "experience", "mention")
ANSWERS = 300
SETUP = """
CREATE FUNCTION bench_id(at timestamptz, n bigint, what text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n || what), 1, 3)
          || 'a' || substr(md5(what || n), 1, 15))::uuid $$;
CREATE UNLOGGED TABLE bench_drawn (n bigint, at timestamptz, score int, comment text);
"""
DRAW = """
INSERT INTO bench_drawn
SELECT n, '2024-06-01'::timestamptz + interval '730 days' * (n::float8 / $3), 25 * floor(random() * 5)::int,
       CASE WHEN random() < 0.6 THEN 'The laptop came after ' || floor(random() * 90) || ' days and two more calls.'
            ELSE '' END
FROM generate_series($1::bigint, $2::bigint) n
"""
STEP = """jsonb_build_object('question', q, 'version', 1, 'construct', q, 'kind', 'rating',
 'scale', jsonb_build_object('min', 1, 'max', 5), 'value', 1 + score / 25)"""
FILL = (
    """INSERT INTO person (id, key) SELECT bench_id(at, n, 'p'), 'p' || n FROM bench_drawn WHERE n % 5 = 0""",
    """INSERT INTO ticket (id, source, key, kind, requester_id, "group", priority, channel, summary, attributes, as_of,
         state, opened_at, resolved_at, flow, counted, service_id, customer_id)
       SELECT bench_id(at, n, 't'), 'bench', 'INC-' || n, 'incident', bench_id(at, n - n % 5, 'p'), 'g' || n % 7, '3',
         'portal', 'Laptop does not start any more', '{}', '{}', 'closed', at - interval '1 day', at, '{}', true,
         (SELECT id FROM service LIMIT 1), (SELECT id FROM customer LIMIT 1) FROM bench_drawn""",
    """INSERT INTO ticket_event (id, ticket_id, source, event_id, type, at, sequence, "group", waiting_for)
       SELECT bench_id(at, n, 'e' || k), bench_id(at, n, 't'), 'bench', n || '-' || k, 'state', at, k, '', ''
       FROM bench_drawn, generate_series(1, 3) k""",
    """INSERT INTO invitation (id, survey_id, version_id, ticket_id, person_id, asked, channel, language, decided_at,
         sent_at, expires_at, answered_at, counted)
       SELECT bench_id(at, n, 'i'), v.survey_id, v.id, bench_id(at, n, 't'), bench_id(at, n - n % 5, 'p'), true,
         'mail', 'en', at, at, at + interval '14 days', at, true
       FROM bench_drawn, (SELECT id, survey_id FROM survey_version LIMIT 1) v""",
    """INSERT INTO invitation_link SELECT md5('l' || n) || md5('k' || n), bench_id(at, n, 'i') FROM bench_drawn""",
    f"""INSERT INTO response (id, invitation_id, version_id, ticket_id, person_id, submission_key, confirmation,
         language, answers, comment, may_contact, received_at)
       SELECT bench_id(at, n, 'r'), bench_id(at, n, 'i'), (SELECT id FROM survey_version LIMIT 1),
         bench_id(at, n, 't'), bench_id(at, n - n % 5, 'p'), substr(md5('s' || n), 1, 27), '1234-5678-9012', 'en',
         (SELECT jsonb_agg({STEP}) FROM unnest(array['functional', 'emotional', 'satisfaction']) q),
         comment, false, at FROM bench_drawn""",
    """INSERT INTO experience (id, voice_kind, voice_id, ticket_id, person_id, day, month, said_at, customer, service,
         channel, touchpoint, placed_by, functional, emotional, satisfaction, comment, language, sentiment,
         sentiment_score, sentiment_confidence, emotions, classifier, places, released)
       SELECT bench_id(at, n, 'x'), 'response', bench_id(at, n, 'r'), bench_id(at, n, 't'),
         bench_id(at, n - n % 5, 'p'), at::date, extract(year FROM at)::int * 12 + extract(month FROM at)::int - 1, at,
         'c' || n % 40, 's' || n % 9, 'mail', 't' || n % 20, 'ticket',
         score, score, score, comment, 'en', 'negative', -0.5, 0.8, '{}', '2026.1', 'abcdefabcdef', 15
       FROM bench_drawn""",
    """INSERT INTO mention (id, experience_id, touchpoint, candidates, start, "end", sentiment, score, confidence)
       SELECT bench_id(at, n, 'm'), bench_id(at, n, 'x'), 't' || n % 20, '[]', 0, 30, 'negative', -0.5, 0.8
       FROM bench_drawn WHERE comment <> ''""",
)  # fmt: skip


async def fill(connection: Any, start: int, end: int, most: int) -> None:
    """The database draws the rows itself; what refers to what is right by making, and not looked up."""
    await connection.execute("SET session_replication_role = replica")
    await hurried(connection, True)
    for first in range(start, end, CHUNK):
        await connection.execute("TRUNCATE bench_drawn")
        await connection.execute(DRAW, first, min(first + CHUNK, end) - 1, most)
        for statement in FILL:
            await connection.execute(statement)
    await connection.execute("SET session_replication_role = origin")
    await connection.execute("VACUUM ANALYZE")
    await hurried(connection, False)
    await connection.execute("CHECKPOINT")


async def hurried(connection: Any, hurry: bool) -> None:
    """While it is only filled nothing has to outlive a power cut; what is measured afterwards waits for the disk."""
    for name in ("fsync", "full_page_writes"):
        await connection.execute(f"ALTER SYSTEM SET {name} = {'off' if hurry else 'on'}")
    await connection.execute("SELECT pg_reload_conf()")


async def weighed(connection: Any, voices: int) -> None:
    found = {table: await connection.fetchval(f"SELECT pg_total_relation_size('{table}')") for table in TABLES}
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

    def said(_asked: Asked) -> Submission:
        return Submission("k", "en", given)

    db, took = Database(url), list[float]()
    for token in tokens:
        begun = time.perf_counter()
        await take(db, token, said)
        took.append(time.perf_counter() - begun)
    await db.close()
    return statistics.median(took[20:]) * 1000


async def understanding(url: str, voices: int) -> float:
    """Milliseconds of this process for each of the answers that wait: read, counted, in the sums and the chains."""
    db, begun = Database(url), time.process_time()
    await drain_all(db, SUBSCRIPTIONS)
    await db.close()
    return (time.process_time() - begun) / voices * 1000


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


async def month_gone(connection: Any) -> tuple[int, float, float]:
    """Rows of the oldest month of experiences, seconds to delete them, seconds to drop a table of the same rows."""
    oldest = "day < '2024-07-01'"
    n = await connection.fetchval(f"SELECT count(*) FROM experience WHERE {oldest}")
    await connection.execute(f"CREATE TABLE bench_month AS SELECT * FROM experience WHERE {oldest}")
    dropped = await timed(lambda: connection.execute("DROP TABLE bench_month"))
    await connection.execute("BEGIN")
    deleted = await timed(lambda: connection.execute(f"DELETE FROM experience WHERE {oldest}"))
    await connection.execute("ROLLBACK")
    return n, deleted, dropped


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="200000,1000000,5000000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    servers = Servers(durable=True)
    try:
        with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as kept:
            url = await asyncio.to_thread(servers.start_postgres)
            own = {"DATA_DIR": kept, "DATABASE_URL": url, "SECRET_KEY": SECRET, "REDIS_URL": "redis://127.0.0.1:9/0"}
            os.environ.update({f"TOUCHSTONE_{name}": value for name, value in own.items()})
            settings.cache_clear()
            tokens = await asyncio.to_thread(invitations, {}, ANSWERS * (len(sizes) + 1), 0)
            connection, before = await asyncpg.connect(url), 0
            await connection.execute(SETUP)
            await connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")  # fewer full pages while it is filled
            await connection.execute("SELECT pg_reload_conf()")
            await answering(
                settings().database_url, tokens[:ANSWERS]
            )  # what is loaded with the first is no cost of theirs
            await understanding(settings().database_url, ANSWERS)
            tokens = tokens[ANSWERS:]
            for size in sizes:
                seconds = await timed(lambda before=before, size=size: fill(connection, before, size, sizes[-1]))  # type: ignore[misc]
                print(f"{size:,} voices (the last {size - before:,} drawn in {seconds:.0f} s)")
                await weighed(connection, size)
                some, tokens = tokens[:ANSWERS], tokens[ANSWERS:]
                asked_for = await pages(connection)
                took = await answering(settings().database_url, some)
                asked_for = (await pages(connection) - asked_for) // ANSWERS
                print(f"  one answer alone: {took:.1f} ms, {asked_for} pages of 8 kB looked at")
                print(f"  understood and counted: {await understanding(settings().database_url, ANSWERS):.1f} ms each")
                n, deleted, dropped = await month_gone(connection)
                print(f"  the oldest month, {n:,} experiences: deleted in {deleted:.1f} s, dropped in {dropped:.2f} s")
                before = size
            await connection.close()
    finally:
        await asyncio.to_thread(servers.stop)


if __name__ == "__main__":
    uvloop.run(main())
