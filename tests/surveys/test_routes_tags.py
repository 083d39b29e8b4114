"""The link in a ticket system's own mails: it can be guessed, so it opens nothing and tells nothing."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from core.clock import now
from core.db import Database
from surveys.models import Invitation, Reason, Response
from surveys.schemas import Sender
from tests.conftest import Visitor
from tests.support.mails import mails
from tests.surveys.story import install, link, reasons, resolve, rows, token_in, work

LINK = "/t/post-ticket/jira/INC-1"


@pytest.fixture
async def told_by_tickets(db: Database) -> None:
    """Nobody is written to from here until somebody follows the link."""
    await install(db, sender=Sender.TICKETS)
    await resolve(db, language="en")
    await work(db)
    assert mails() == []
    assert await rows(db, Invitation) == []


async def test_who_follows_it_lets_a_personal_link_be_mailed_to_the_requester(
    visitor: Visitor, db: Database, told_by_tickets: None
) -> None:
    assert "Mail me my link" in (await visitor.http.get(LINK)).text
    assert await rows(db, Invitation) == [], "previews and scanners cause nothing"
    page = await visitor.http.post(LINK)
    await work(db)
    [mail] = mails()
    assert mail["To"] == "li@example.org"
    assert token_in(mail) not in page.text
    form = {"submission_key": "k", "satisfaction": "4"}
    assert (await visitor.http.post(f"/s/{token_in(mail)}", data=form)).status_code == 200
    assert len(await rows(db, Response)) == 1
    await visitor.http.post(LINK)
    await work(db)
    assert len(mails()) == 1, "who has answered is left alone"


async def test_every_ticket_looks_the_same(visitor: Visitor, db: Database, told_by_tickets: None) -> None:
    paths = [LINK, "/t/post-ticket/jira/INC-2", "/t/post-ticket/glpi/INC-1", f"/t/post-ticket/jira/{'9' * 300}"]
    for ask in (visitor.http.get, visitor.http.post):
        answers = [await ask(path) for path in paths]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
    assert (await visitor.http.get("/t/no-such-survey/jira/INC-1")).status_code == 404


async def test_the_work_is_the_same_for_every_ticket(visitor: Visitor, db: Database, told_by_tickets: None) -> None:
    """Known, known without a requester, unknown, over-long: the same statements in the same order, and one limit for
    all, so that neither the clock nor a refusal tells which tickets there are."""
    done = list[str]()

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        done.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", listen)
    seen = []
    for path in (LINK, "/t/post-ticket/jira/INC-2", "/t/post-ticket/glpi/INC-1", f"/t/post-ticket/jira/{'9' * 300}"):
        done.clear()
        assert (await visitor.http.post(path)).status_code == 200
        seen.append(list(done))
    assert seen[0]
    assert all(one == seen[0] for one in seen)
    statuses = {path: [(await visitor.http.post(path)).status_code for _ in range(160)] for path in (LINK, f"{LINK}9")}
    assert statuses[LINK].count(429) == 0
    assert statuses[f"{LINK}9"].count(429) > 0
    assert (await visitor.http.post(LINK)).status_code == 429, "who guesses is refused a known one as well"


async def test_it_asks_nobody_more_often_than_the_clocks_allow(
    visitor: Visitor, db: Database, told_by_tickets: None
) -> None:
    await resolve(db, "INC-2", language="en")
    for path in (LINK, LINK, "/t/post-ticket/jira/INC-2"):
        await visitor.http.post(path)
        await work(db)
    assert len(mails()) == 1
    assert await reasons(db) == {"INC-1": None, "INC-2": Reason.COOLDOWN}


async def test_a_mail_that_got_lost_is_sent_once_more_a_day_later(
    visitor: Visitor, db: Database, told_by_tickets: None
) -> None:
    for days in (0, 0.5, 1.1, 1.2):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            await visitor.http.post(LINK)
            await work(db)
    assert len(mails()) == 2
    assert len(await rows(db, Invitation)) == 1


async def test_staff_do_not_ask_in_a_customers_name(alice: Visitor, db: Database, told_by_tickets: None) -> None:
    assert (await alice.http.post(LINK)).status_code == 403
    assert await rows(db, Invitation) == []


async def test_a_requester_without_an_address_gets_nothing_and_a_row_says_so(visitor: Visitor, db: Database) -> None:
    await install(db, sender=Sender.TICKETS)
    await resolve(db, address=None)
    await visitor.http.post(LINK)
    await work(db)
    assert mails() == []
    assert await reasons(db) == {"INC-1": Reason.NO_ADDRESS}


async def test_a_link_given_to_the_ticket_system_is_not_overtaken(visitor: Visitor, db: Database) -> None:
    """The ticket system that can carry a personal link has asked already."""
    await install(db, sender=Sender.TICKETS)
    await link(db)
    await visitor.http.post(LINK)
    await work(db)
    assert mails() == []
