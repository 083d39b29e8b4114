"""The classifier of an installation at a terminal: learn, list, compare, promote, roll back, read again."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analysis.classifier import VERSION
from analysis.rules.correcting import Judgement
from analysis.service.correcting import correct
from core.clock import now
from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from tests.support.company import TODAY, Says, make_company
from tests.support.readings import experiences
from web.cli import touchstone
from web.worker import SUBSCRIPTIONS

THINGS = ["printer", "laptop", "screen", "phone", "mail", "portal", "login", "network"]
LEARNT = f"{VERSION}+1"


def with_db(work: Callable[[Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        db = Database(settings().database_url)
        try:
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def corrected(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in which people call good what the reader calls bad."""
    path = tmp_path_factory.mktemp("corrected") / "touchstone.db"
    path.write_bytes(migrated_sqlite.read_bytes())

    async def fill() -> None:
        db = Database(f"sqlite+aiosqlite:///{path}")
        ago = (TODAY - now()).days + 3
        says = [
            Says("delivery", 50, text=f"The {thing} is totally {word}.", days_ago=ago)
            for thing in THINGS
            for word in ("broken", "slow", "awful", "useless")
        ]
        await make_company(db, says)
        for one in await experiences(db):
            right = Judgement(label="positive" if "broken" in one.comment else "negative")
            async with db.write() as session:
                await correct(session, None, one.id, None, right, "alice")
        await db.close()

    asyncio.run(fill())
    return path


@pytest.fixture
def installation(corrected: Path) -> None:
    path = settings().data_dir / "touchstone.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(corrected.read_bytes())


def touch(*arguments: str) -> Result:
    return CliRunner().invoke(touchstone, list(arguments))


def listed() -> dict[str, bool]:
    return {one["version"]: one["current"] for one in json.loads(touch("classifier", "list", "--json").stdout)}


@pytest.mark.usefixtures("installation")
def test_learning_comparing_going_back() -> None:
    assert listed() == {VERSION: True}
    learnt = touch("learn", "--json")
    assert (learnt.exit_code, json.loads(learnt.stdout)["version"]) == (0, LEARNT)
    assert listed() == {VERSION: False, LEARNT: True}
    assert touch("learn").stdout == "There is nothing new to learn from.\n"
    shadow = json.loads(touch("classifier", "shadow", VERSION, "--json").stdout)
    assert (shadow["present"], shadow["other"], shadow["comments"]) == (LEARNT, VERSION, 32)
    assert shadow["corrected"]["labels"]["n"] == 32
    back = touch("classifier", "rollback")
    assert back.stdout.startswith(f"{VERSION} (shipped) reads new comments from now on.")
    assert listed() == {VERSION: True, LEARNT: False}
    again = touch("classifier", "rollback")
    assert (again.exit_code, "nothing to roll back to" in again.stderr) == (1, True)
    assert touch("classifier", "promote", LEARNT).exit_code == 0
    assert listed() == {VERSION: False, LEARNT: True}


@pytest.mark.usefixtures("installation")
def test_words_stay_out_of_what_is_printed() -> None:
    touch("learn")
    printed = touch("classifier", "shadow", VERSION).stdout + touch("classifier", "list").stdout
    assert "held out" in printed
    assert not any(thing in printed for thing in THINGS)


@pytest.mark.usefixtures("installation")
def test_reading_again_is_asked_for_once_there_is_something_to_read() -> None:
    assert touch("reread").stdout == "Everything was read by the current version.\n"
    touch("learn")
    assert touch("reread", "--no-wait").stdout == "32 to be read again.\n"
    with_db(lambda db: drain_all(db, SUBSCRIPTIONS))
    assert {one.classifier for one in with_db(experiences)} == {LEARNT}
    assert touch("reread").stdout == "Everything was read by the current version.\n"


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("command", [["promote"], ["shadow"]])
def test_a_version_that_is_not_there_is_said_to_be_so(command: list[str]) -> None:
    refused = touch("classifier", *command, "1999.1+1")
    assert refused.exit_code == 1
    assert "There is no version 1999.1+1" in refused.stderr
