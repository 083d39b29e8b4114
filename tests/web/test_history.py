"""What was acknowledged is stored, what is stored was sent, once each: while the server is killed again and again.

The long form: `TOUCHSTONE_TEST_KILLS=50 python -m pytest tests/web/test_history.py`.
"""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
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

KILLS = int(os.environ.get("TOUCHSTONE_TEST_KILLS", "1"))
ANSWERS_PER_LIFE, PEOPLE = 40, 12


class History:
    """What was sent, and what was acknowledged with which confirmation."""

    def __init__(self) -> None:
        self.sent: set[str] = set()
        self.acknowledged: dict[str, str] = {}
        self.more = asyncio.Event()

    async def reached(self, enough: int) -> None:
        while len(self.acknowledged) < enough:
            self.more.clear()
            await self.more.wait()

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
    history, waiting = History(), iter(tokens)

    async def person(http: httpx.AsyncClient) -> None:
        for token in waiting:
            await history.answer(http, token)

    async with httpx.AsyncClient(base_url=server.url, timeout=20) as http, asyncio.TaskGroup() as group:
        for _ in range(PEOPLE):
            group.create_task(person(http))
        for life in range(1, KILLS + 1):
            await killed_at_random(server, history, life * ANSWERS_PER_LIFE - PEOPLE)
    await asyncio.to_thread(server.stop)
    await check(db, history)


async def check(db: Database, history: History) -> None:
    async with db.read() as session:
        stored = dict((await session.exec(select(Response.submission_key, Response.confirmation))).all())
        times = Counter((await session.exec(select(Response.submission_key))).all())
        tasks = Counter((await session.exec(select(Fact.name))).all())["ResponseReceived"]
        understood = (await session.exec(select(func.count()).select_from(Experience))).one()
    assert set(history.acknowledged.items()) <= set(stored.items())
    assert set(stored) <= history.sent
    assert set(times.values()) == {1}
    assert tasks + understood >= len(stored)  # what follows from each of them is done, or still to be done
