"""Dear reports of months that are over: made in the night where there are many voices, as they would be made by day."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from analysis.jobs import SETTLED, settle_reports
from analysis.models import SettledReport
from analysis.service import settled
from analysis.service.settled import forget_settled
from core.auth import service as auth
from core.auth.models import Role
from core.clock import now
from core.db import Database
from core.outbox import announce, drain_all
from core.settings import settings
from feedback.events import FeedbackDayOver
from tests.analysis.test_service_green import in_time
from tests.analysis.test_service_sureness import asked
from tests.support.company import TODAY, make_company

ACME = frozenset({"acme"})


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


async def seen(db: Database, scope: frozenset[str] | None) -> list[object]:
    async with db.read() as session:
        return [await report(session, scope, now().date()) for report in SETTLED]


async def night(db: Database) -> int:
    """It is told twice, and how many reports are kept after it."""
    async with db.write() as session:
        await announce(session, *[FeedbackDayOver((now().date() - timedelta(days=1)).isoformat())] * 2)
    await drain_all(db, {FeedbackDayOver: [settle_reports]})
    async with db.read() as session:
        return len((await session.exec(select(SettledReport))).all())


async def test_what_is_dear_is_made_in_the_night_and_is_the_same(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_company(db)
    async with db.write() as session:
        await auth.add_user(session, "alice@x.example", "correct horse battery", Role.MANAGER, ["acme"])
    await asked(db, 40, 100, hours=1)
    await asked(db, 40, None, hours=200)
    await in_time(db, "laptop", 0, 20)
    await in_time(db, "laptop", 75, 20)
    assert await night(db) == 0  # few voices: made when somebody looks, and never a day old
    by_day = await seen(db, ACME), await seen(db, None)
    monkeypatch.setattr(settled, "MANY", 50)
    assert await night(db) == 2 * len(SETTLED)
    assert (await seen(db, ACME), await seen(db, None)) == by_day
    await asked(db, 30, 0, hours=200)  # late, for a month that is over
    await in_time(db, "laptop", 0, 40)
    assert await seen(db, ACME) == by_day[0]
    with time_machine.travel(TODAY + timedelta(days=1), tick=False):
        await night(db)
        assert await seen(db, ACME) != by_day[0]


async def test_a_kept_report_is_nobody_elses_and_holds_no_longer_than_its_promise(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled, "MANY", 10)
    await make_company(db)
    await asked(db, 20, 100, hours=1)
    await night(db)
    everybody = await seen(db, None)
    assert await seen(db, frozenset({"globex"})) != everybody
    await asked(db, 20, 0, hours=1)
    assert await seen(db, None) == everybody
    monkeypatch.setattr(settings(), "min_group", 30)
    assert await seen(db, None) != everybody, "made anew: another smallest group"
    monkeypatch.setattr(settings(), "min_group", 5)
    async with db.write() as session:
        await forget_settled(session)
    assert await seen(db, None) != everybody
