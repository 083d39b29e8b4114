"""Notes of meetings: entered by who looks after the customer, read like every other voice, taken back in time."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
import time_machine

from analysis.jobs import understand
from analysis.models import Experience
from core.clock import now
from core.db import Database
from core.outbox import drain_all
from surveys.events import ResponseReceived
from surveys.models import Response, ResponseOrigin
from surveys.service import install_survey
from tests.conftest import Visitor
from tests.surveys.story import rows
from web import builtin

SAID = {"meeting": "service_review", "customer": "acme", "service": "mail", "points": "- Too slow.\n- 态度很好。"}


@pytest.fixture(autouse=True)
async def elsewhere(db: Database) -> None:
    async with db.write() as session:
        await install_survey(session, builtin.elsewhere())


async def write(person: Visitor, **form: str) -> httpx.Response:
    token = person.http.cookies.get("csrftoken") or ""
    day = now().date().isoformat()
    return await person.http.post("/notes", data={"_csrf_token": token, "day": day, **SAID, **form})


async def undo(person: Visitor, note: str) -> str:
    token = person.http.cookies.get("csrftoken") or ""
    done = await person.http.post(f"/notes/{note}/undo", data={"_csrf_token": token})
    return done.headers["location"]


def note_in(answer: httpx.Response) -> str:
    return str(UUID(httpx.URL(answer.headers["location"]).params["kept"]))


async def test_the_points_of_a_meeting_become_voices_of_one_person(alice: Visitor, db: Database) -> None:
    stored = await write(alice, satisfaction="2")
    assert stored.status_code == 303
    assert "2 points are stored" in (await alice.http.get(stored.headers["location"])).text
    work = {ResponseReceived: [understand]}
    await drain_all(db, work)
    assert await rows(db, Experience) == [], "there is time for second thoughts"
    with time_machine.travel(now() + timedelta(minutes=11)):
        await drain_all(db, work)
    read = sorted(await rows(db, Experience), key=lambda one: one.comment)
    assert [one.comment for one in read] == ["Too slow.", "态度很好。"]
    assert {(one.customer, one.service, one.channel) for one in read} == {("acme", "mail", "service_review")}
    assert len({one.person_id for one in read}) == 1, "a single meeting must never look like a group"
    assert [one.satisfaction for one in read] == [25, None]
    assert read[0].sentiment == "negative"


async def test_they_can_be_taken_back_in_time_by_who_may(
    alice: Visitor, bob: Visitor, charlie: Visitor, db: Database
) -> None:
    note = note_in(await write(alice))
    assert await undo(charlie, note) == "/notes?undone=late"
    assert len(await rows(db, Response)) == 2
    assert await undo(bob, note) == "/notes?undone=yes"
    assert (await rows(db, Response), await rows(db, ResponseOrigin)) == ([], [])
    await drain_all(db, {ResponseReceived: [understand]})
    late = note_in(await write(alice))
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert await undo(alice, late) == "/notes?undone=late"
    assert len(await rows(db, Response)) == 2


async def test_nobody_writes_about_others_customers_and_nothing_typed_is_lost(charlie: Visitor, db: Database) -> None:
    page = await write(charlie, points="They said <b>this</b>")
    assert page.status_code == 422
    assert "Please choose one of your customers." in page.text
    assert "They said &lt;b&gt;this&lt;/b&gt;" in page.text
    assert await rows(db, Response) == []


async def test_it_is_for_those_who_look_after_customers(visitor: Visitor, helpdesk: httpx.AsyncClient) -> None:
    assert (await visitor.http.get("/notes")).status_code in (303, 401)
    assert (await helpdesk.get("/notes")).status_code == 403
