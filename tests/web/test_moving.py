"""A small company on SQLite outgrows it: everything goes over into PostgreSQL, or nothing does."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from sqlmodel import select

from core import copying
from core.audit import service as audit
from core.audit.models import AuditEntry
from core.db import Database
from core.errors import Invalid
from core.outbox import Fact
from core.settings import settings
from surveys.models import Response
from surveys.schemas import Submission
from tests.conftest import _emptied
from tests.surveys.story import install, link, reply
from web.cli import touchstone
from web.moving import move

SAID = Submission("k", "en", {"functional": 2, "comment": "慢，太慢了 \u2028 '\""})


@pytest.fixture
async def small(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    shutil.copy(migrated_sqlite, tmp_path / "small.db")
    monkeypatch.setenv("TOUCHSTONE_DATABASE_URL", f"sqlite:///{tmp_path}/small.db")
    settings.cache_clear()
    made = Database(settings().database_url)
    await install(made)
    async with made.write() as session:
        await audit.record(session, "alice", "auth.signed_in")
        await audit.record(session, "bob", "auth.signed_in")
    yield made
    await made.close()


@pytest.fixture
async def large(migrated_postgres: str) -> AsyncIterator[Database]:
    made = Database(migrated_postgres)
    yield made
    await _emptied(made)
    await made.close()


async def counts(db: Database) -> dict[str, int]:
    async with db.read() as session:
        return {name: await copying.count(session, name) for name in copying.tables()}


async def test_all_of_it_goes_over_and_goes_on_there(small: Database, large: Database, migrated_postgres: str) -> None:
    token, open_ = await link(small), await link(small, "INC-2")
    before, held = await reply(small, token, SAID), await counts(small)
    run = ["move", "--to", migrated_postgres.replace("+asyncpg", "")]
    done = await asyncio.to_thread(CliRunner().invoke, touchstone, run)
    assert (done.exit_code, "secret.key" in done.output) == (0, True), done.output
    assert await counts(large) == held == await counts(small)
    async with large.read() as session:
        assert [one.comment for one in (await session.exec(select(Response))).all()] == [SAID.given["comment"]]
        assert (await audit.verify(session)).entries == 2
    again = await reply(large, token, SAID)
    assert (again.confirmation, again.new) == (before.confirmation, False)
    assert (await reply(large, open_, SAID)).new  # and its fact is numbered on from those that came along
    async with large.read() as session:
        assert len(set((await session.exec(select(Fact.id))).all())) == held["outbox"] + 1
    refused = await asyncio.to_thread(CliRunner().invoke, touchstone, run)
    assert (refused.exit_code, "not empty" in refused.output) == (1, True)


async def test_what_is_not_whole_leaves_nothing_behind(small: Database, large: Database) -> None:
    await reply(small, await link(small), SAID)
    async with small.write() as session:
        await session.exec(update(AuditEntry).where(AuditEntry.number == 1).values(who="mallory"))  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="broken at entry 1"):
        await move(small, large)
    assert not any((await counts(large)).values())
    with pytest.raises(Invalid, match="backup and restore"):
        await move(large, small)
