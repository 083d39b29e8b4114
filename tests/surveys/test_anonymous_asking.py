"""People are told of an anonymous survey, and nothing that is kept says who was."""

from datetime import timedelta

import msgspec
import pytest
import time_machine
from sqlalchemy import text

from core.clock import now
from core.db import Database
from journeys.models import Person
from surveys.models import AskingMark, Detail, Invitation, Mode, Reason
from surveys.schemas import TriggerDefinition
from surveys.service import install_survey
from tests.conftest import Visitor
from tests.support.mails import mails, words_of
from tests.surveys.story import install, post_ticket, resolve, rows, work


@pytest.fixture
async def climate(db: Database) -> None:
    """An anonymous survey, told of after tickets."""
    asked = [question for question in post_ticket().questions if question.construct.value != "contact"]
    definition = msgspec.structs.replace(
        post_ticket(),
        key="climate",
        slug="climate",
        mode=Mode.ANONYMOUS,
        questions=asked,
        trigger=TriggerDefinition(),
    )
    async with db.write() as session:
        await install_survey(session, definition)


async def test_the_mail_carries_the_address_that_all_have(db: Database, climate: None) -> None:
    await resolve(db, "INC-1", person="a", address="a@example.org", language="en")
    await resolve(db, "INC-2", person="b", address="b@example.org", language="zh")
    await work(db)
    told = {str(mail["To"]): words_of(mail) for mail in mails()}
    assert set(told) == {"a@example.org", "b@example.org"}
    assert all("http://127.0.0.1:8000/q/climate" in words and "/s/" not in words for words in told.values())
    assert "This survey is anonymous" in told["a@example.org"]
    assert "匿名" in told["b@example.org"]


async def test_nothing_says_who_was_asked_nor_who_was_not(db: Database, climate: None) -> None:
    await resolve(db, "INC-1", person="a", address="a@example.org")
    await resolve(db, "INC-2", person="b", address=None)
    await work(db)
    decided = await rows(db, Invitation)
    assert sorted(str(row.reason) for row in decided) == ["None", "no_address"]
    assert {(row.person_id, row.ticket_id, row.over_at, row.seen_at) for row in decided} == {(None, None, None, None)}
    assert {row.id.version for row in decided} == {4}
    assert {(row.decided_at.hour, row.decided_at.minute, row.decided_at.second) for row in decided} == {(0, 0, 0)}
    people = [person.id for person in await rows(db, Person)]
    [mark] = await rows(db, AskingMark)
    async with db.read() as session:
        for table in ("invitation", "asking_mark", "opt_out", "opt_out_link", "outbox", "outbox_delivery"):
            kept = str((await (await session.connection()).execute(text(f"SELECT * FROM {table}"))).all())
            assert not any(str(one) in kept or one.hex in kept for one in people), table
    assert mark.day == now().date()


async def test_both_clocks_count_it(db: Database, climate: None) -> None:
    await resolve(db, "INC-1")
    await work(db)
    await install(db)
    for day in (1, 9):
        with time_machine.travel(now() + timedelta(days=day), tick=False):
            await resolve(db, f"INC-{day + 1}")
            await work(db)
        asked = [row for row in await rows(db, Invitation) if row.asked]
        assert len(asked) == (1 if day == 1 else 2), "one of both surveys, once the week is over"
    known = {(row.reason, row.detail) for row in await rows(db, Invitation) if not row.asked}
    assert (Reason.COOLDOWN, Detail.PERSON_CLOCK) in known


async def test_its_mails_are_ended_by_a_link_that_needs_no_row(db: Database, climate: None, visitor: Visitor) -> None:
    await resolve(db, language="en")
    await work(db)
    path = str(mails()[0]["List-Unsubscribe"])[1:-1].removeprefix("http://127.0.0.1:8000")
    assert "Nothing has been changed yet" in (await visitor.http.get(path)).text
    forged = path[:-1] + ("0" if path[-1] != "0" else "1")
    assert (await visitor.http.post(forged, data={"List-Unsubscribe": "One-Click"})).status_code == 404
    assert (await visitor.http.get("/opt-out/ü.ü")).status_code == 404
    for wish in ("not_this", "ask", "none"):
        assert (await visitor.http.post(path, data={"wish": wish})).status_code == 200
    assert [person.opted_out_at is not None for person in await rows(db, Person)] == [True]


async def test_an_archived_survey_asks_nobody(db: Database, climate: None) -> None:
    from surveys.service.drafting import set_archived

    async with db.write() as session:
        await set_archived(session, "climate", archived=True)
    await resolve(db)
    await work(db)
    assert mails() == []
    assert [(row.reason, row.detail) for row in await rows(db, Invitation)] == [(Reason.EXCLUDED, Detail.OFF)]
