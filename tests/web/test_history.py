"""What was acknowledged is stored, what is stored was sent, once each: while what stores it is killed again and again.

The long form: `TOUCHSTONE_TEST_KILLS=50 python -m pytest tests/web/test_history.py`.
"""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest
from sqlmodel import func, select

from analysis.models import Experience
from core.db import Database
from core.outbox import Fact
from core.settings import ROOT, settings
from surveys.models import Response
from tests.conftest import SECRET
from tests.support.installation import Installation
from tests.support.servers import Servers

KILLS = int(os.environ.get("TOUCHSTONE_TEST_KILLS", "1"))
ANSWERS_PER_LIFE, PEOPLE = 40, 12


class History:
    """What was sent, and what was acknowledged with which confirmation."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._waiting = iter(tokens)
        self.sent: set[str] = set()
        self.acknowledged: dict[str, str] = {}
        self.more = asyncio.Event()

    async def reached(self, enough: int) -> None:
        while len(self.acknowledged) < enough:
            self.more.clear()
            await self.more.wait()

    async def person(self, http: httpx.AsyncClient) -> None:
        for token in self._waiting:
            await self.answer(http, token)

    async def answer(self, http: httpx.AsyncClient, token: str) -> None:
        """As a program that does not give up: the same again until it is told that it arrived."""
        body = {"token": token, "submission_key": token, "answers": {"functional": 4, "comment": f"word {token}"}}
        self.sent.add(token)
        while token not in self.acknowledged:
            try:
                told = await http.post("/api/v1/responses", json=body)
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
                continue
            assert told.status_code in (200, 201, 503), told.text
            if told.status_code != 503:
                self.acknowledged[token] = told.json()["confirmation"]
                self.more.set()


def invitations(n: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.invitations", str(n)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.split()


async def killed_at_random(server: Installation, history: History, enough: int) -> None:
    """After some answers of this life, wherever the server stands at that moment."""
    await history.reached(enough)
    await asyncio.sleep(random.random() * 0.05)
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_acknowledged_is_stored_once_however_often_the_server_dies(db: Database, tmp_path: Path) -> None:
    tokens = await asyncio.to_thread(invitations, (KILLS + 1) * ANSWERS_PER_LIFE)
    server = Installation(tmp_path / "server", DATABASE_URL=settings().database_url, SECRET_KEY=SECRET)
    await asyncio.to_thread(server.start)
    history = History(tokens)
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as http, asyncio.TaskGroup() as group:
        for _ in range(PEOPLE):
            group.create_task(history.person(http))
        for life in range(1, KILLS + 1):
            await killed_at_random(server, history, life * ANSWERS_PER_LIFE - PEOPLE)
    await asyncio.to_thread(server.stop)
    await check(db, history)


class Cluster:
    """PostgreSQL that waits for the disk, Redis, a server and a worker, each of which can lose its life."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.servers = servers
        self.database, self.redis = self.servers.start_postgres(), self.servers.start_redis()
        self.web = Installation(folder, DATABASE_URL=self.database, REDIS_URL=self.redis, SECRET_KEY=SECRET)
        self.web.touchstone("init")
        self.web.start("serve")
        self.worker = self.web.start_worker()

    def invitations(self, n: int) -> list[str]:
        return self.web.module("bench.invitations", str(n)).split()

    def lose(self, what: str) -> None:
        """It dies wherever it stands, and comes again."""
        if what == "server":
            self.web.kill()
            self.web.start("serve")
        elif what == "worker":
            self.worker.kill()
            self.worker.wait(30)
            self.worker = self.web.start_worker()
        else:
            url = self.database if what == "database" else self.redis
            self.servers.kill(url)
            self.servers.start_again(url)

    def stop(self) -> None:
        self.web.stop()
        self.worker.terminate()
        self.worker.wait(30)


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    servers = Servers(durable=True)
    made = await asyncio.to_thread(Cluster, servers, tmp_path / "cluster")
    try:
        yield made
    finally:
        await asyncio.to_thread(made.stop)
        await asyncio.to_thread(servers.stop)


async def test_what_was_acknowledged_is_stored_once_whatever_of_a_cluster_dies(cluster: Cluster) -> None:
    dying = ["database", "server", "worker", "redis"] * KILLS
    history = History(await asyncio.to_thread(cluster.invitations, len(dying) * 60))
    random.shuffle(dying)
    async with httpx.AsyncClient(base_url=cluster.web.url, timeout=20) as http, asyncio.TaskGroup() as group:
        for _ in range(PEOPLE):
            group.create_task(history.person(http))
        for lives, what in enumerate(dying):
            await history.reached(lives * 40 + 20)
            await asyncio.sleep(random.random() * 0.05)
            await asyncio.to_thread(cluster.lose, what)
    await asyncio.to_thread(cluster.stop)
    db = Database(cluster.database.replace("postgresql:", "postgresql+asyncpg:"))
    await check(db, history)
    await db.close()


async def check(db: Database, history: History) -> None:
    async with db.read() as session:
        stored = dict((await session.exec(select(Response.submission_key, Response.confirmation))).all())
        times = Counter((await session.exec(select(Response.submission_key))).all())
        tasks = Counter((await session.exec(select(Fact.name))).all())["ResponseReceived"]
        understood = (await session.exec(select(func.count()).select_from(Experience))).one()
    assert set(history.acknowledged.items()) <= set(stored.items())
    assert set(stored) <= history.sent
    assert set(times.values()) == {1}
    assert understood <= len(stored)
    assert tasks + understood >= len(stored)  # what follows from each of them is done, or still to be done
