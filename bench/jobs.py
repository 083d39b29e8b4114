"""How fast a backlog of answers is understood: `python -m bench.jobs [--voices 20000] [--workers 1 2] [--minutes 60]`.

From the committed answer to the experience, its mentions and the rollups, by real workers (`touchstone worker`) over
PostgreSQL and Redis from the wheels of the tests, the disk waited for. The backlog is drawn by the database itself:
answers of the last thirty days, of nine services and forty customers, five of each person and far apart, each with a
comment in English or Chinese and the fact that it came. Figures hold for this machine on this day; the processor
seconds are the workers' own and their reading processes'. What is not done after so many minutes is left.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import uvloop

from bench.load import children_of, cpu_seconds, resident
from bench.submit import SECRET, invitations
from core.settings import ROOT, settings
from tests.support.servers import Servers

OPENINGS = [
    "The laptop came quickly",
    "I had to call three times",
    "账号重置很快",
    "等了一个星期",
    "The new portal is fine",
]
ENDINGS = [
    ", nobody told me why.",
    ", thank you!",
    "，没有人告诉我原因。",
    "，谢谢。",
    " but the second fix did not hold.",
]
SETUP = """
CREATE FUNCTION bench_id(at timestamptz, n bigint, what text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n || what), 1, 3)
          || 'a' || substr(md5(what || n), 1, 15))::uuid $$;
CREATE UNLOGGED TABLE bench_drawn (n bigint, at timestamptz, score int, comment text);
"""
STEP = """jsonb_build_object('question', q, 'version', 1, 'construct', q, 'kind', 'rating',
 'scale', jsonb_build_object('min', 1, 'max', 5), 'value', 1 + score / 25)"""
CHUNK = 50_000
TENTHS = 10
PLACES = (
    """INSERT INTO service (id, key, name)
       SELECT bench_id(now(), k, 's'), 's' || k, 'Service ' || k FROM generate_series(0, 8) k""",
    """INSERT INTO customer (id, key, name)
       SELECT bench_id(now(), k, 'c'), 'c' || k, 'Customer ' || k FROM generate_series(0, 39) k""",
    "CREATE UNLOGGED TABLE bench_service AS SELECT id, substr(key, 2)::int AS k FROM service WHERE key ~ '^s[0-9]$'",
    "CREATE UNLOGGED TABLE bench_customer AS SELECT id, substr(key, 2)::int AS k FROM customer WHERE key ~ '^c[0-9]+$'",
    "ALTER TABLE bench_drawn ADD ticket uuid, ADD person uuid, ADD invitation uuid, ADD response uuid",
)
PEOPLE = """
INSERT INTO person (id, key)
SELECT bench_id('2024-01-01', p, 'p'), 'p' || p FROM generate_series(0, $1::int - 1) p
"""
DRAW = """
INSERT INTO bench_drawn
SELECT n, at, 25 * floor(random() * 5)::int,
       ($4::text[])[1 + floor(random() * 5)::int] || ($5::text[])[1 + floor(random() * 5)::int],
       bench_id(at, n, 't'), bench_id('2024-01-01', n % $3::int, 'p'), bench_id(at, n, 'i'), bench_id(at, n, 'r')
FROM (SELECT n, now() - interval '30 days' + n * interval '30 days' / ($3::int * 5) AS at
      FROM generate_series($1::bigint, $2::bigint) n) drawn
"""
FILL = (
    """INSERT INTO ticket (id, source, key, kind, requester_id, "group", priority, channel, summary, attributes, as_of,
         state, opened_at, resolved_at, flow, counted, service_id, customer_id)
       SELECT ticket, 'bench', 'INC-' || n, 'incident', person, 'g' || n % 7, '3', 'portal',
         'Laptop does not start any more', '{}', '{}', 'closed', at - interval '1 day', at, '{}', true, s.id, c.id
       FROM bench_drawn JOIN bench_service s ON s.k = n % 9 JOIN bench_customer c ON c.k = n % 40""",
    """INSERT INTO invitation (id, survey_id, version_id, ticket_id, person_id, asked, channel, language, decided_at,
         sent_at, expires_at, answered_at, counted)
       SELECT invitation, v.survey_id, v.id, ticket, person, true, 'mail', 'en', at, at, at + interval '14 days', at,
         true
       FROM bench_drawn, (SELECT id, survey_id FROM survey_version LIMIT 1) v""",
    f"""INSERT INTO response (id, invitation_id, version_id, ticket_id, person_id, submission_key, confirmation,
         language, answers, comment, may_contact, received_at)
       SELECT response, invitation, (SELECT id FROM survey_version LIMIT 1), ticket, person, 's' || n,
         '1234-5678-9012', 'en',
         (SELECT jsonb_agg({STEP}) FROM unnest(array['functional', 'emotional', 'satisfaction']) q), comment, false, at
       FROM bench_drawn""",
    """INSERT INTO outbox (name, data, not_before, fanned_out)
       SELECT 'ResponseReceived', jsonb_build_object('response_id', response), now(), false FROM bench_drawn""",
)  # fmt: skip


async def fill(connection: Any, voices: int) -> float:
    """Answers as they came in while nobody worked on them; seconds it took."""
    begun = time.monotonic()
    people = max(voices // 5, 1)
    await connection.execute("SET session_replication_role = replica")  # what refers to what is right by making
    await connection.execute(SETUP)
    for statement in PLACES:
        await connection.execute(statement)
    await connection.execute(PEOPLE, people)
    for first in range(0, voices, CHUNK):
        await connection.execute("TRUNCATE bench_drawn")
        await connection.execute(DRAW, first, min(first + CHUNK, voices) - 1, people, OPENINGS, ENDINGS)
        for statement in FILL:
            await connection.execute(statement)
    await connection.execute("SET session_replication_role = origin")
    await connection.execute("VACUUM ANALYZE")
    return time.monotonic() - begun


@contextmanager
def working(n: int, environment: dict[str, str], folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    with (folder / "worker.log").open("ab") as log:
        command = [sys.executable, "-m", "web.cli", "worker"]
        processes = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) for _ in range(n)]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


class Seen(NamedTuple):
    """So many voices understood, after so many seconds, for so much of the workers' processors."""

    voices: int
    seconds: float
    cpu: float


async def measure(workers: int, voices: int, minutes: float, servers: Servers, redis: str) -> None:
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as kept:
        folder, url = Path(kept), await asyncio.to_thread(servers.start_postgres)
        own = {"DATA_DIR": kept, "DATABASE_URL": url, "REDIS_URL": redis, "SECRET_KEY": SECRET}
        environment = os.environ | {f"TOUCHSTONE_{name}": value for name, value in own.items()}
        os.environ.update(environment)
        settings.cache_clear()
        await asyncio.to_thread(invitations, {}, 1, 0)  # an installation with its survey
        connection = await asyncpg.connect(url)
        await connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
        await connection.execute("SELECT pg_reload_conf()")
        filled = await fill(connection, voices)
        print(f"{voices:,} answers wait (drawn in {filled:.0f} s)", flush=True)
        with working(workers, environment, folder) as processes:
            await _more_than(connection, 0, voices)  # from here on the reader is loaded everywhere
            pids = [pid for one in processes for pid in children_of(one.pid)]
            _tell(workers, *await _watched(connection, voices, minutes, pids))
        await connection.close()
        servers.kill(url)


async def _watched(connection: Any, voices: int, minutes: float, pids: list[int]) -> tuple[list[Seen], float]:
    """Where it stood at every tenth of the way, and the most megabytes meanwhile."""
    begun, megabytes, marks = time.monotonic(), 0.0, list[Seen]()
    while True:
        done, passed = await counted(connection), time.monotonic() - begun
        megabytes = max(megabytes, sum(map(resident, pids)))
        if not marks or done >= voices or done - marks[-1].voices >= voices / TENTHS or passed > 60 * minutes:
            marks.append(Seen(done, passed, sum(map(cpu_seconds, pids))))
        if done >= voices or passed > 60 * minutes:
            return marks, megabytes
        await asyncio.sleep(0.2 if voices < CHUNK else 1)


def _tell(workers: int, marks: list[Seen], megabytes: float) -> None:
    first, last = marks[0], marks[-1]
    n, seconds, cpu = (after - before for before, after in zip(first, last, strict=True))
    print(
        f"{workers} worker(s): {last.voices:,} voices, {n / seconds:.0f} a second, {n / cpu:.0f} a processor second, "
        f"at most {megabytes:.0f} MB; a million takes {1e6 * seconds / n / 60:.0f} minutes at that rate"
    )
    parts = list(pairwise(marks))
    rates = ", ".join(f"{(b.voices - a.voices) / max(b.seconds - a.seconds, 0.1):.0f}" for a, b in parts)
    spent = ", ".join(f"{1000 * (b.cpu - a.cpu) / max(b.voices - a.voices, 1):.2f}" for a, b in parts)
    print(f"  part by part: {rates} a second; {spent} ms of the workers' processors a voice", flush=True)


async def counted(connection: Any) -> int:
    return int(await connection.fetchval("SELECT count(*) FROM experience"))


async def _more_than(connection: Any, n: int, most: int) -> None:
    while await counted(connection) <= min(n, most - 1):  # noqa: ASYNC110 - the workers are other processes
        await asyncio.sleep(0.2)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--minutes", type=float, default=60)
    asked = parser.parse_args()
    servers = Servers(durable=True)
    try:
        redis = await asyncio.to_thread(servers.start_redis)
        for workers in asked.workers:
            await measure(workers, asked.voices, asked.minutes, servers, redis)
    finally:
        await asyncio.to_thread(servers.stop)


if __name__ == "__main__":
    uvloop.run(main())
