"""Scaled out: the server wakes arq workers over a real Redis, which carries no data and may be lost at any moment."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlmodel import func, select

from analysis.models import Experience
from core.db import Database
from core.ids import ordered_id
from core.outbox import Delivery, Fact, announce, drain_all
from core.settings import ROOT, settings
from core.webhooks.service import add_endpoint
from feedback.events import FeedbackReceived
from tests.conftest import REDIS, Visitor
from tests.support.servers import Servers, free_port
from web.worker import SUBSCRIPTIONS, background

WORDS = "Dana says: 审批太慢了"
TRACES = ("Dana", "审批", "acme.example", "\\u5ba1")
QUEUE = "arq:queue"


@pytest.fixture
def redis_url(monkeypatch: pytest.MonkeyPatch, worker_id: str) -> str:
    """A database of its own in the Redis of this run, for every process of the tests."""
    number = int(worker_id.removeprefix("gw") or 0) % 16 if worker_id != "master" else 0
    url = f"{os.environ[REDIS].rsplit('/', 1)[0]}/{number}"
    return configured(monkeypatch, url)


def configured(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    monkeypatch.setenv("TOUCHSTONE_REDIS_URL", url)
    settings.cache_clear()
    return url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.flushdb()
    await client.aclose()


async def say(visitor: Visitor) -> float:
    """Post a feedback; how long the answer took."""
    body = {"text": WORDS, "kind": "complaint", "anonymous": False, "contact": {"email": "dana@acme.example"}}
    begun = time.monotonic()
    response = await visitor.http.post("/api/v1/feedback", json=body)
    assert response.status_code == 201
    return time.monotonic() - begun


async def eventually(true: Callable[[], Awaitable[bool]], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await true():
            return True
        await asyncio.sleep(0.05)
    return False


async def counted(db: Database, table: type[Fact] | type[Experience]) -> int:
    """Of facts those that a feedback came in: what is planned for other days stands beside them."""
    statement = select(func.count()).select_from(table)
    if table is Fact:
        statement = statement.where(Fact.name == FeedbackReceived.__name__)
    async with db.read() as session:
        return (await session.exec(statement)).one()


async def understood(db: Database, n: int = 1) -> bool:
    return await counted(db, Experience) == n and await counted(db, Fact) == 0


@contextmanager
def worker(log: Path, *, burst: bool, before: str = "pass") -> Iterator[subprocess.Popen[bytes]]:
    """The worker that `touchstone worker` runs, as a process of its own."""
    code = f"from web import worker; {before}; worker.run_worker(burst={burst})"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=out, stderr=out, env=_environment())
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(60)  # a worker that does not stop when told to is an error
    finally:
        process.kill()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


async def test_a_worker_is_woken_and_does_the_work(
    db: Database, visitor: Visitor, redis: Redis, tmp_path: Path
) -> None:
    async with background(db):
        await say(visitor)
        assert await eventually(lambda: _queued(redis))
    with worker(tmp_path / "log", burst=True) as process:
        assert await asyncio.to_thread(process.wait, 60) == 0
    assert await understood(db)


async def _queued(redis: Redis) -> bool:
    return await redis.zcard(QUEUE) > 0


async def test_what_stands_in_redis_says_look_and_nothing_else(db: Database, visitor: Visitor, redis: Redis) -> None:
    async with background(db):
        await say(visitor)
        assert await eventually(lambda: _queued(redis))
    content = b""
    for key in [key async for key in redis.scan_iter()]:
        content += key + (await redis.get(key) if key.startswith(b"arq:job:") else b"")
        if key.startswith(b"arq:job:"):
            job = json.loads(await redis.get(key))
            assert (job["f"], job["a"], job["k"]) == ("look", [], {})
    assert b"arq:job:" in content
    assert not any(trace.encode() in content for trace in TRACES)


async def test_one_wake_up_is_enough_for_all_facts_of_a_transaction(db: Database, redis: Redis) -> None:
    async with background(db):
        assert await eventually(lambda: _queued(redis))  # for what is planned from the beginning
        await redis.flushdb()
        async with db.write() as session:
            for _ in range(20):
                await announce(session, FeedbackReceived(feedback_id=str(ordered_id())))
        assert await eventually(lambda: _queued(redis))
        await asyncio.sleep(0.3)
        assert await redis.zcard(QUEUE) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_redis_that_was_wiped_loses_nothing(
    db: Database, visitor: Visitor, redis: Redis, tmp_path: Path
) -> None:
    async with background(db):
        await say(visitor)
        assert await eventually(lambda: _queued(redis))
    await redis.flushdb()
    with worker(tmp_path / "log", burst=False) as process:
        assert await eventually(lambda: understood(db)), (tmp_path / "log").read_text()
        assert process.poll() is None
    log = (tmp_path / "log").read_text()
    assert "sweep" in log
    assert not any(trace in log for trace in TRACES)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_h4_seven_stops_in_a_row_lose_nothing_and_delay_little(
    db: Database, visitor: Visitor, redis: Redis, tmp_path: Path
) -> None:
    """As a cluster does that cannot decide where a worker is to live."""
    for _ in range(20):
        await say(visitor)
    for _ in range(7):
        with worker(tmp_path / "log", burst=False):
            await asyncio.sleep(random.random() * 2)  # anywhere between its start and the end of its work
    with worker(tmp_path / "log", burst=False):
        assert await eventually(lambda: understood(db, 20), 60), (tmp_path / "log").read_text()


async def test_h2_without_redis_the_answer_is_stored_at_once_and_worked_on_all_the_same(
    db: Database, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configured(monkeypatch, f"redis://127.0.0.1:{free_port()}/0")
    async with background(db):
        assert await say(visitor) < 2
    assert await counted(db, Fact) == 1
    with worker(tmp_path / "log", burst=False) as process:
        assert await eventually(lambda: understood(db)), (tmp_path / "log").read_text()
        assert process.poll() is None
    assert "Redis is away" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_h2_a_redis_that_says_nothing_holds_nobody_up(
    db: Database, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    heard = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    configured(monkeypatch, f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    async with asyncio.timeout(10), background(db):
        assert await say(visitor) < 2
        await heard.wait()
        assert await say(visitor) < 2
    with worker(tmp_path / "log", burst=False):
        assert await eventually(lambda: understood(db, 2)), (tmp_path / "log").read_text()
    server.close()


class Line:
    """Between a worker and its Redis: it may go dead without being cut, as a frozen machine's does."""

    def __init__(self, redis_url: str) -> None:
        self.port = int(redis_url.rsplit(":", 1)[1].split("/", maxsplit=1)[0])
        self.dead, self.swallowed = False, asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, on = await asyncio.open_connection("127.0.0.1", self.port)
        await asyncio.gather(self._pass(reader, on), self._pass(back, writer))

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while some := await source.read(65536):
            if self.dead:
                self.swallowed.set()
            else:
                target.write(some)
        target.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_h2_a_redis_that_falls_silent_while_a_worker_listens_to_it_keeps_no_work_from_being_done(
    db: Database, visitor: Visitor, redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    line = Line(redis_url)
    async with await asyncio.start_server(line.serve, "127.0.0.1", 0) as server:
        between = server.sockets[0].getsockname()[1]
        configured(monkeypatch, redis_url.replace(f":{line.port}/", f":{between}/"))
        with worker(tmp_path / "log", burst=False, before="worker.UNASKED_SECONDS = worker.SILENT_SECONDS = 1.0"):
            await say(visitor)
            await redis.zadd(QUEUE, {"nobody": 0})  # the worker takes it out: it listens
            assert await eventually(lambda: understood(db)), (tmp_path / "log").read_text()
            line.dead = True
            await line.swallowed.wait()
            await say(visitor)
            assert await eventually(lambda: understood(db, 2)), (tmp_path / "log").read_text()


async def test_h13_whatever_should_follow_fails_and_the_voice_is_taken_and_understood(
    db: Database, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis and the mail server are away, and the program that wants to hear of it breaks whoever tells it."""
    configured(monkeypatch, f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setenv("TOUCHSTONE_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    settings.cache_clear()

    async def breaks(*_told: object) -> int:
        raise RuntimeError

    monkeypatch.setattr("core.webhooks.jobs.post", breaks)
    async with db.write() as session:
        await add_endpoint(session, "crm", "https://crm.example/hear", ["feedback.received"])
    async with background(db):
        assert await say(visitor) < 2
        await drain_all(db, SUBSCRIPTIONS)
    assert await counted(db, Experience) == 1
    async with db.read() as session:
        failed = (await session.exec(select(Delivery.job).where(Delivery.attempts > 0))).all()
    assert "post_webhooks" in failed


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_h2_a_redis_without_room_holds_nobody_up(
    db: Database, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    servers = Servers()
    configured(monkeypatch, await asyncio.to_thread(servers.start_redis, "--maxmemory", "1"))
    async with background(db):
        assert await say(visitor) < 2
    with worker(tmp_path / "log", burst=False):
        assert await eventually(lambda: understood(db)), (tmp_path / "log").read_text()
    await asyncio.to_thread(servers.stop)


async def test_without_redis_configured_the_server_works_by_itself(db: Database, visitor: Visitor) -> None:
    async with background(db):
        await say(visitor)
        assert await eventually(lambda: understood(db))
