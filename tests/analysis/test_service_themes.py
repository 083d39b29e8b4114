"""Themes: found by a job when enough is new, kept without comments, shown to those who may read the words."""

import json
from datetime import date
from uuid import UUID

import pytest
import time_machine
from sqlmodel import col, select

from analysis.jobs import find_themes
from analysis.models import ThemeSet
from analysis.queries.themes import are_new, comments_about
from analysis.rules.themes import enough
from core.auth.models import User
from core.db import Database
from core.outbox import announce, drain_all
from surveys.events import ResponseReceived
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company, speak

SUBSCRIPTIONS = {ResponseReceived: [find_themes]}
JAMS, SLOW = "The printer jams on every page.", "The new laptop came weeks too late."


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def said(people: int, customer: str = "acme") -> list[Says]:
    return [Says("delivery", 25, people=people, text=text, customer=customer) for text in (JAMS, SLOW)]


async def hear(db: Database, says: list[Says]) -> None:
    voices = await speak(db, says)
    async with db.write() as session:
        await announce(session, *(ResponseReceived(response_id=str(one.id)) for one in voices))
    await drain_all(db, SUBSCRIPTIONS)


async def kept(db: Database, customer: str = "") -> list[ThemeSet]:
    async with db.read() as session:
        wanted = select(ThemeSet).where(
            ThemeSet.touchpoint == "delivery", ThemeSet.customer == customer, ThemeSet.language == "en"
        )
        return list((await session.exec(wanted)).all())


async def test_themes_are_found_and_no_comment_is_kept_with_them(db: Database) -> None:
    await make_company(db)
    await hear(db, said(20))
    (found,) = await kept(db)
    words = {word for theme in found.found for word in theme["words"]}
    assert words & {"printer", "jams", "printer jams"}
    assert words & {"laptop", "late", "new laptop", "weeks late"}
    assert JAMS not in json.dumps(found.found)
    assert all(theme["authors"] >= 8 for theme in found.found)


async def test_a_second_run_and_a_single_new_voice_change_nothing(db: Database) -> None:
    await make_company(db)
    await hear(db, said(20))
    before = [one.model_dump() for one in await kept(db)]
    await hear(db, [Says("delivery", 0, text="Somebody's very own words about the printer.")])
    assert [one.model_dump() for one in await kept(db)] == before


async def test_themes_that_go_on_keep_their_keys(db: Database) -> None:
    await make_company(db)
    await hear(db, said(20))
    old = {theme["key"] for one in await kept(db) for theme in one.found}
    await hear(db, said(10))
    assert old <= {theme["key"] for one in await kept(db) for theme in one.found}


async def test_few_people_have_no_themes(db: Database) -> None:
    await make_company(db)
    await hear(db, said(20) + said(3, "globex"))
    assert [one.found for one in await kept(db, "globex")] == [[]]


async def test_alice_sees_themes_and_charlie_sees_none_of_them(db: Database, alice: Visitor, charlie: Visitor) -> None:
    await make_company(db)
    await hear(db, said(20))
    hers, his = [(await one.http.get("/journeys/service")).text for one in (alice, charlie)]
    assert "What these comments are about" in hers
    assert "printer" in hers[hers.index("What these comments are about") :]
    assert "What these comments are about" not in his
    assert "in English comments" not in hers
    chinese = (await alice.http.get("/journeys/service", headers={"Accept-Language": "zh-CN"})).text
    assert "来自英文留言" in chinese


async def test_a_filter_shows_no_themes(db: Database, alice: Visitor) -> None:
    await make_company(db)
    await hear(db, said(20))
    answer = await alice.http.get("/journeys/service?service=laptop")
    assert "What these comments are about" not in answer.text


async def test_who_sees_several_customers_is_told_why_there_are_no_themes(db: Database, bob: Visitor) -> None:
    await make_company(db)
    await hear(db, said(20) + said(20, "globex"))
    async with db.write() as session:
        account = (await session.exec(select(User).where(col(User.email).startswith("bob")))).one()
        account.customers = ["acme", "globex"]
    page = (await bob.http.get("/journeys/service")).text
    assert "You see several customers" in page
    assert "People" not in page[page.index("What these comments are about") :]


@pytest.mark.parametrize(("looked_at", "wanted"), [(0, 8), (79, 8), (1000, 100)])
def test_themes_are_looked_for_when_a_tenth_is_new(looked_at: int, wanted: int) -> None:
    assert enough(looked_at, 8) == wanted


async def test_comments_made_here_and_those_that_speak_of_here_are_new_once(db: Database) -> None:
    await make_company(db)
    await hear(db, said(6))
    async with db.read() as session:
        found = await comments_about(session, "delivery", date(2000, 1, 1), 100)
        assert len(found) == len({one.id for one, _ in found}) >= 6
        newest, oldest = found[0][0].id, found[-1][0].id

        async def new(seen: UUID | None, many: int) -> bool:
            return await are_new(session, "delivery", seen, date(2000, 1, 1), many)

        assert await new(None, len(found))
        assert not await new(None, len(found) + 1)
        assert await new(oldest, len(found) - 1)
        assert not await new(oldest, len(found))
        assert not await new(newest, 1)
        assert not await are_new(session, "nowhere", None, date(2000, 1, 1), 1)
