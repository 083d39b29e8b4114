"""Whoever holds the link sees where their own ticket stands, and nothing of anybody else's."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import now
from core.db import Database
from journeys.models import EventType, TicketKind, TicketState
from journeys.schemas import RequesterIn, TicketEventIn
from journeys.service.tickets import record_events
from tests.conftest import Visitor
from tests.surveys.story import link, post_ticket, resolve
from tests.web.test_plans import listening


async def tell(db: Database, ticket: str, *happened: tuple[EventType, datetime], **more: Any) -> None:
    told: dict[str, Any] = {
        "source": "jira",
        "kind": TicketKind.INCIDENT,
        "service": "mail",
        "customer": "acme",
        "requester": RequesterIn(key=f"requester of {ticket}"),
        "group": "Desk",
    }
    async with db.write() as session:
        events = [
            TicketEventIn(
                **told | {"event_id": f"{ticket}-{type_}-{at}", "ticket": ticket, "type": type_, "at": at} | more
            )
            for type_, at in happened
        ]
        await record_events(session, events)


async def test_a_ticket_that_is_over_says_so_in_both_languages(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    assert "Where it stands:</span>\ndone on" in (await visitor.http.get(f"/s/{token}?lang=en")).text
    assert "目前进展：</span>\n已于" in (await visitor.http.get(f"/s/{token}?lang=zh")).text


async def test_a_reopened_one_says_what_happens_and_when_to_expect_news(
    visitor: Visitor, db: Database, survey: None
) -> None:
    token = await link(db)
    for number in range(60):
        end = now() - timedelta(days=3)
        await resolve(db, f"OLD-{number}", person=f"p{number}", at=end + timedelta(minutes=number), summary="SECRET")
    await tell(db, "INC-1", (EventType.REOPENED, now()))
    page = (await visitor.http.get(f"/s/{token}?lang=en")).text
    assert "being worked on since" in page
    assert "It takes longer than most others like it" in page, "all sixty took two hours, and so has this one"
    await tell(db, "INC-1", (EventType.WAITING, now()), waiting_for="requester")
    assert "waiting for you since" in (await visitor.http.get(f"/s/{token}?lang=en")).text
    assert "SECRET" not in page
    assert "OLD-" not in page


async def test_a_second_look_costs_the_link_and_one_line_of_the_ticket(
    visitor: Visitor, db: Database, survey: None
) -> None:
    """How long tickets like it took is not read anew for everybody who opens a form; where this one stands is."""
    token = await link(db)
    await tell(db, "INC-1", (EventType.REOPENED, now()))
    await visitor.http.get(f"/s/{token}?lang=en")
    with listening() as heard:
        assert "being worked on since" in (await visitor.http.get(f"/s/{token}?lang=en")).text
    assert len(heard) == 2, heard
    await tell(db, "INC-1", (EventType.RESOLVED, now()))
    assert "done on" in (await visitor.http.get(f"/s/{token}?lang=en")).text


async def test_in_a_queue_the_older_ones_are_counted_and_not_named(
    visitor: Visitor, db: Database, survey: None
) -> None:
    token = await link(db)
    start = now() - timedelta(days=2)
    for number in range(3):
        await tell(db, f"OLD-{number}", (EventType.CREATED, start - timedelta(hours=number)))
    await tell(db, "NEWER", (EventType.CREATED, now()))
    await tell(db, "OTHER", (EventType.CREATED, start - timedelta(hours=9)), group="Another")
    await tell(db, "INC-1", (EventType.REOPENED, now()), state=TicketState.QUEUE)
    page = (await visitor.http.get(f"/s/{token}?lang=en")).text
    assert "waiting for its turn since" in page
    assert "3 older ones wait in the same queue." in page
    assert "OLD-" not in page


async def test_no_status_where_no_link_was_given(visitor: Visitor, db: Database, survey: None) -> None:
    """An open address and the page of a ticket system's link know of no ticket, whoever comes."""
    await resolve(db)
    page = await visitor.http.get("/t/post-ticket/jira/INC-1?lang=en")
    assert "Where it stands" not in page.text
    assert post_ticket().slug == ""


@pytest.mark.parametrize("answered", [False, True])
async def test_it_stands_on_the_page_of_a_spent_link_too(
    visitor: Visitor, db: Database, survey: None, answered: bool
) -> None:
    token = await link(db)
    if answered:
        await visitor.http.post(f"/s/{token}", data={"submission_key": "k", "satisfaction": "4"})
    page = (await visitor.http.get(f"/s/{token}?lang=en")).text
    assert ("answered already" in page) == answered
    assert page.count("Where it stands:") == 1
