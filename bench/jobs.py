"""How fast a backlog of answers is understood: `python -m bench.jobs [--voices 20000] [--workers 1 2]`.

From the committed answer to the experience, its mentions and the rollups, by real workers (`touchstone worker`) over
PostgreSQL and Redis from the wheels of the tests, the disk waited for. Figures hold for this machine on this day; the
processor seconds are the workers' own and their reading processes'.
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
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import uvloop

from bench.load import children_of, cpu_seconds, resident
from bench.submit import SECRET, invitations
from core.db import Database
from core.settings import ROOT, settings
from surveys.schemas import Submission
from surveys.service.answering import Sent, take_all
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
AT_ONCE = 200


async def answered(url: str, tokens: list[str]) -> None:
    """Answers with words, as they come in; nobody works on them yet."""
    db, random = Database(url), Random(7)
    for start in range(0, len(tokens), AT_ONCE):
        some = tokens[start : start + AT_ONCE]
        async with db.write() as session:
            await take_all(session, [Sent(token, lambda _asked: said(random)) for token in some])
    await db.close()


def said(random: Random) -> Submission:
    comment = random.choice(OPENINGS) + random.choice(ENDINGS)
    given: dict[str, Any] = {name: random.randint(1, 5) for name in ("functional", "emotional", "satisfaction")}
    return Submission(f"{random.getrandbits(64):x}", "en", given | {"comment": comment})


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


async def measure(workers: int, voices: int, servers: Servers, redis: str) -> None:
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as kept:
        folder, url = Path(kept), await asyncio.to_thread(servers.start_postgres)
        own = {"DATA_DIR": kept, "DATABASE_URL": url, "REDIS_URL": redis, "SECRET_KEY": SECRET}
        environment = os.environ | {f"TOUCHSTONE_{name}": value for name, value in own.items()}
        os.environ.update(environment)
        settings.cache_clear()
        await answered(settings().database_url, await asyncio.to_thread(invitations, {}, voices, 0))
        connection = await asyncpg.connect(url)
        with working(workers, environment, folder) as processes:
            await understood(connection, 1)  # from here on the reader is loaded everywhere
            begun, pids = time.monotonic(), [pid for one in processes for pid in children_of(one.pid)]
            before, already = sum(map(cpu_seconds, pids)), await counted(connection)
            await understood(connection, voices)
            seconds, megabytes = time.monotonic() - begun, sum(map(resident, pids))
            cpu = sum(map(cpu_seconds, pids)) - before
        await connection.close()
        servers.kill(url)
    n = voices - already
    print(
        f"{workers} worker(s): {n / seconds:>7.0f} voices/s, {n / cpu:>7.0f} a processor second, {megabytes:.0f} MB; "
        f"a backlog of 1,000,000 would take {1e6 * seconds / n / 3600:.1f} h",
        flush=True,
    )


async def counted(connection: Any) -> int:
    return int(await connection.fetchval("SELECT count(*) FROM experience"))


async def understood(connection: Any, n: int) -> None:
    while await counted(connection) < n:  # noqa: ASYNC110 - the workers are other processes
        await asyncio.sleep(0.2)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    asked = parser.parse_args()
    servers = Servers(durable=True)
    try:
        redis = await asyncio.to_thread(servers.start_redis)
        for workers in asked.workers:
            await measure(workers, asked.voices, servers, redis)
    finally:
        await asyncio.to_thread(servers.stop)


if __name__ == "__main__":
    uvloop.run(main())
