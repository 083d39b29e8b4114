"""`touchstone rebuild` at a terminal."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import delete, func, select

from analysis.models import Rollup
from core.db import Database
from core.settings import settings
from tests.support.company import Says, make_company
from web.cli import touchstone


@pytest.fixture
def spoilt(migrated_sqlite: Path) -> str:
    """An installation that lost its counts."""
    path = settings().data_dir / "touchstone.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(migrated_sqlite.read_bytes())

    async def spoil() -> None:
        db = Database(settings().database_url)
        await make_company(db, [Says("delivery", 75, people=6), Says("delivery", 25, people=3, days_ago=70)])
        async with db.write() as session:
            await session.exec(delete(Rollup))
        await db.close()

    asyncio.run(spoil())
    return settings().database_url


def test_rebuild_counts_everything_again(spoilt: str) -> None:
    done = CliRunner().invoke(touchstone, ["rebuild"])
    assert (done.exit_code, done.stdout) == (0, "9 experiences and the visits of 9 people counted again.\n")
    assert asyncio.run(counted(spoilt)) == 9 * 3


async def counted(url: str) -> int:
    db = Database(url)
    async with db.read() as session:
        found = (await session.exec(select(func.sum(Rollup.n)))).one()
    await db.close()
    return int(found or 0)


@pytest.mark.parametrize("command", [["rebuild"], ["audit", "list"], ["tasks", "list"], ["webhook", "list"]])
def test_a_command_says_what_to_do_where_there_is_no_database(command: list[str]) -> None:
    for told in ("There is no database here yet", "Run `touchstone migrate` first"):
        done = CliRunner().invoke(touchstone, command)
        assert (done.exit_code, done.stdout) == (1, "")
        assert told in done.stderr
        settings().data_dir.mkdir(parents=True, exist_ok=True)  # an empty file is made in it at the next try


def test_a_command_says_that_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUCHSTONE_DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    settings.cache_clear()
    done = CliRunner().invoke(touchstone, ["rebuild"])
    assert done.exit_code == 1
    assert "The database does not answer" in done.stderr
