import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest
import time_machine
from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import queries
from core.audit.models import AuditEntry
from core.audit.rules import labels
from core.audit.schemas import Verified
from core.audit.service import record, verify
from core.auth.models import Role
from core.clock import now
from core.db import Database
from core.settings import ROOT, settings
from core.webhooks.service import DEEDS
from tests.conftest import Visitor, _signed_in


async def done(db: Database, *whats: str) -> None:
    for what in whats:
        async with db.write() as session:
            await record(session, "alice@touchstone.example", what, "7")


async def looked(db: Database, head: str = "") -> Verified:
    async with db.read() as session:
        return await verify(session, head)


async def change(db: Database, statement: object) -> None:
    async with db.write() as session:
        await session.exec(statement)  # type: ignore[call-overload]


async def test_an_empty_chain_is_whole(db: Database) -> None:
    assert (await looked(db)).whole


async def test_what_was_done_is_told_newest_first(db: Database) -> None:
    await done(db, "feedback.read", "feedbackless", "feedback.erased")
    async with db.read() as session:
        assert [one.what for one in await queries.entries(session)][::-1] == [
            "feedback.read",
            "feedbackless",
            "feedback.erased",
        ]
        assert [one.what for one in await queries.entries(session, what="feedback")] == [
            "feedback.erased",
            "feedback.read",
        ]
    found = await looked(db)
    assert (found.whole, found.entries) == (True, 3)


async def test_two_at_once_follow_each_other(db: Database) -> None:
    await asyncio.gather(*(done(db, f"floor.{n}") for n in range(6)))
    found = await looked(db)
    assert (found.whole, found.entries) == (True, 6)


@pytest.mark.parametrize("change_of", [{"who": "bob"}, {"what": "other"}, {"about": "8"}, {"digest": "0" * 64}])
async def test_a_changed_entry_is_noticed(db: Database, change_of: dict[str, str]) -> None:
    await done(db, "one", "two", "three")
    await change(db, update(AuditEntry).where(col(AuditEntry.number) == 2).values(**change_of))
    assert (await looked(db)).broken_at in (2, 3)


async def test_an_entry_taken_out_is_noticed(db: Database) -> None:
    await done(db, "one", "two", "three")
    await change(db, delete(AuditEntry).where(col(AuditEntry.number) == 2))
    assert (await looked(db)).broken_at == 2


async def test_a_cut_end_is_noticed_by_who_wrote_the_head_down(db: Database) -> None:
    await done(db, "one", "two")
    head = (await looked(db)).head
    assert (await looked(db, head)).whole
    await change(db, delete(AuditEntry).where(col(AuditEntry.number) == 2))
    assert (await looked(db)).whole
    assert not (await looked(db, head)).whole


async def test_a_chain_made_anew_without_the_key_is_noticed(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", "the key of somebody who has the database alone")
    settings.cache_clear()
    await done(db, "one", "two")
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", "a secret key for tests, long enough to count")
    settings.cache_clear()
    assert not (await looked(db)).whole


async def test_a_later_look_takes_what_came_since_and_holds_on_to_what_was_known(db: Database) -> None:
    await done(db, "one", "two")
    known = await looked(db)
    await done(db, "three")
    async with db.read() as session:
        assert await verify(session, known=known) == await looked(db)
    await change(db, update(AuditEntry).where(col(AuditEntry.number) == 3).values(who="bob"))
    async with db.read() as session:
        assert (await verify(session, known=known)).broken_at == 3
    await change(db, delete(AuditEntry).where(col(AuditEntry.number) >= 2))
    async with db.read() as session:
        assert not (await verify(session, known=known)).whole  # what was there at the first look is gone


async def test_the_page_looks_at_all_of_it_once_a_day(
    db: Database, site: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    read: list[int] = []
    of_all = queries.after

    async def counting(session: AsyncSession, number: int, limit: int) -> Sequence[AuditEntry]:
        found = await of_all(session, number, limit)
        read.append(len(found))
        return found

    monkeypatch.setattr(queries, "after", counting)
    await done(db, *(f"floor.{n}" for n in range(8)))
    for expected in (9, 1, 1):  # all, and then the last one alone, to see that it is still there
        read.clear()
        assert "The chain is whole" in (await ada.http.get("/audit")).text
        assert sum(read) == expected
    await change(db, update(AuditEntry).where(col(AuditEntry.number) == 3).values(who="bob"))
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=False):
        assert "broken at entry 3" in (await service_page(ada)).text
    await ada.http.aclose()


async def service_page(ada: Visitor) -> httpx.Response:
    await ada.sign_in("ada@touchstone.example")
    return await ada.http.get("/audit")


async def test_the_log_is_for_administrators(alice: Visitor, visitor: Visitor) -> None:
    assert (await alice.http.get("/audit")).status_code == 403
    assert (await visitor.http.get("/audit")).status_code == 303


def test_each_thing_that_is_written_down_has_words_for_people() -> None:
    names = set()
    for floor in ("core", "journeys", "surveys", "feedback", "analysis", "value", "web"):
        for path in (ROOT / floor).rglob("*.py"):
            content = path.read_text(encoding="utf-8")
            if "audit" in content:
                families = r"answers|auth|feedback|voices|person|analysis|journey|places|reports|tasks|webhook"
                names |= set(re.findall(rf'"((?:{families})\.[a-z_]+)"', content))
    assert len(names) > 25
    assert names | {f"webhook.{deed}" for deed in DEEDS} == set(labels())
