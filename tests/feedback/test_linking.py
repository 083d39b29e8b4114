"""Attacks on anonymity: a whole database in the hands of its superuser, and everything that a process leaves behind.

More seeds than one: `TOUCHSTONE_TEST_LINKER_SEEDS=20 pytest tests/feedback/test_linking.py`.
"""

import json
import logging
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
import redis
from scipy.stats import spearmanr
from sqlalchemy import text
from sqlmodel import select

from core import clock
from core.db import Database
from core.ids import new_secret
from core.outbox import drain_all
from core.sealing import open_sealed
from core.settings import settings
from feedback.models import Message, MessageKind
from feedback.schemas import Said
from feedback.service import anonymous, receive, releasing
from tests.conftest import REDIS
from tests.feedback.test_anonymous import dump, files_of
from tests.feedback.test_gone import files_of_postgres, hold
from web.worker import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("places")

PEOPLE = 40
TABLES = {
    "feedback_matter": "id",
    "feedback_message": "matter_id",
    "feedback_receipt": "matter_id",
    "experience": "voice_id",
}


async def a_day(db: Database, seed: int) -> list[int]:
    """Forty people who are known do something by name, and then write anonymously: in this order."""
    people = list(range(PEOPLE))
    Random(seed).shuffle(people)
    for minute, person in enumerate(people):
        with clock.at(datetime(2026, 3, 5, 8, tzinfo=UTC) + timedelta(minutes=7 * minute)):
            async with db.write() as session:
                told = {"kind": "question", "channel": "web", "language": "en"}
                named = Said("web", f"{seed} {person}", f"I am {person}", author_name=f"{person}", **told)
                await receive(session, named)
            async with db.write() as session:
                said = Said("web", new_secret(), f"The bus was late for number {person}", **told)
                await anonymous.post(session, said)
    with clock.at(datetime(2026, 3, 7, 0, 10, tzinfo=UTC)):
        async with db.write() as session:
            await releasing.release(session)
        await releasing.forget(db)
        await drain_all(db, SUBSCRIPTIONS)
    return people


async def authors(db: Database) -> dict[str, int]:
    """The truth, which needs the key: whose matter is whose."""
    async with db.read() as session:
        said = (await session.exec(select(Message).where(Message.kind == MessageKind.SAID))).all()
    return {one.matter_id.hex: int(json.loads(open_sealed(one.sealed))["text"].split()[-1]) for one in said}


async def orders(db: Database) -> dict[str, list[str]]:
    """The anonymous matters in every order in which some column, or the database itself, puts them."""
    system = ["rowid"] if db.is_sqlite else ["xmin::text::bigint", "ctid"]
    found: dict[str, list[str]] = {}
    async with db.read() as session:
        connection = await session.connection()
        for table, key in TABLES.items():
            columns = list((await connection.execute(text(f"SELECT * FROM {table} LIMIT 1"))).keys())
            natural = [*system, "1"] if table == "experience" or not db.is_sqlite else ["1"]
            for column in [f'"{one}"' for one in columns] + natural:
                values = "1" if column == "1" else column
                cast = f"CAST({values} AS TEXT)" if column.strip('"') in columns and not db.is_sqlite else values
                where = "WHERE anonymous" if table == "feedback_matter" else ""
                order = "" if column == "1" else f"ORDER BY {cast}"
                rows = await connection.execute(text(f"SELECT {key} FROM {table} {where} {order}"))
                ids = [str(row[0]).replace("-", "") for row in rows.all()]
                found[f"{table} by {column}"] = ids
    return found


def linked(known: Sequence[int], guessed: Sequence[int]) -> tuple[int, float]:
    """How many are matched by rank (by chance: 1), and how alike the two orders are (by chance: 0)."""
    place = {person: rank for rank, person in enumerate(known)}
    hits = sum(one == other for one, other in zip(known, guessed, strict=True))
    return hits, float(spearmanr([place[one] for one in guessed], range(len(guessed)))[0])


async def test_linker_is_at_chance_level(db: Database) -> None:
    seeds = int(os.environ.get("TOUCHSTONE_TEST_LINKER_SEEDS", "1"))
    hits: dict[str, list[int]] = {}
    for seed in range(seeds):
        known, truth = await a_day(db, seed), await authors(db)
        assert sorted(truth.values()) == list(range(PEOPLE))
        for name, ids in (await orders(db)).items():
            guessed = [truth[id_] for id_ in ids if id_ in truth]
            assert len(guessed) == PEOPLE, name
            matched, alike = linked(known, guessed)
            hits.setdefault(name, []).append(matched)
            assert abs(alike) < 5 / (PEOPLE - 1) ** 0.5, f"{name} follows the order of arrival: {alike:.2f}"
        await empty(db)
    assert len(hits) > 30
    means = sorted(sum(n) / seeds for n in hits.values())
    print(  # noqa: T201 - for `pytest -s`
        f"{'SQLite' if db.is_sqlite else 'PostgreSQL'}, {seeds} rounds of {PEOPLE} people, {len(hits)} orders: matches "
        f"a round by the worst order {means[-1]:.2f}, by all on average {sum(means) / len(means):.2f}; by chance 1"
    )
    # Matches of a random permutation: mean 1, variance 1.
    assert {name: n for name, n in hits.items() if sum(n) / seeds > 1 + 6 / seeds**0.5} == {}


async def empty(db: Database) -> None:
    async with db.write() as session:
        for table in ("mention", "experience", "feedback_matter", "feedback"):
            await (await session.connection()).execute(text(f"DELETE FROM {table}"))


def test_the_linker_would_find_an_order_that_is_there() -> None:
    known = list(range(PEOPLE))
    assert linked(known, known) == (PEOPLE, pytest.approx(1.0))


CANARIES = {
    "x-forwarded-for": "203.0.113.77",
    "user-agent": "CanaryBrowser/7.7",
    "referer": "http://canary-page.example/",
    "cookie": "canary_cookie=canary-value",
}
TEXT = "canary-words in the middle"


async def send_all(http: httpx.AsyncClient) -> list[httpx.Response]:
    good = {"text": TEXT, "kind": "complaint"}
    body = {**good, "anonymous": True}
    return [
        await http.post("/feedback", data=good, headers=CANARIES),
        await http.post("/feedback", data={**good, "kind": "rant"}, headers=CANARIES),
        await http.post("/api/v1/feedback", json=body, headers=CANARIES),
        await http.post("/api/v1/feedback", json={**body, "service": "canary-words"}, headers=CANARIES),
        await http.post("/feedback/thread", data={"receipt": "canary-words"}, headers=CANARIES),
    ]


async def test_canary_no_trace_of_the_sender_anywhere(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from web.app import create_app

    monkeypatch.setenv("TOUCHSTONE_REDIS_URL", os.environ[REDIS])
    settings.cache_clear()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    needles = [one.encode() for one in (*CANARIES.values(), "canary-words", "CanaryBrowser")]
    app = create_app()
    app.state.db = db
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as http:
        assert [one.status_code for one in await send_all(http)] == [201, 422, 201, 422, 404]

        async def crash(*_: object) -> Any:
            raise RuntimeError(TEXT)

        with monkeypatch.context() as broken:
            broken.setattr("feedback.service.anonymous.insert_new", crash)
            assert {500} <= {one.status_code for one in await send_all(http)}
        for _ in range(2):
            store = redis.from_url(os.environ[REDIS])
            in_redis = b"".join([key + (store.dump(key) or b"") for key in store.scan_iter()])
            own = [one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
            remains = (await dump(db)).encode() + files_of(tmp_path) + in_redis + "".join(own).encode()
            for canary in [*CANARIES.values(), "canary-words", "203.0.113", "CanaryBrowser"]:
                assert canary.encode() not in remains, canary
            if not db.is_sqlite:  # its tables, its write-ahead log, its temporary files and its own log
                assert list(hold(await files_of_postgres(db, everything=True), *needles)) == []
            async with db.write() as session:
                assert await releasing.release(session, everything=True) in (0, 2)
            await drain_all(db, SUBSCRIPTIONS)
