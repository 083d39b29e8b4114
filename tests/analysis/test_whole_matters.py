"""One matter, one story: Li's screen, her suggestion and her wish for another are one thing; Charlie sees nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from analysis.rules.whole_matters import whole_matters
from analysis.schemas.matters import Stream
from core import clock
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from feedback.models import Closeness, MessageKind
from feedback.queries.inbox import desk_of
from feedback.schemas import Said
from feedback.schemas.signed import Signed
from feedback.service import handling, receive
from journeys.models import Ticket, TicketKind
from journeys.schemas import TicketFlow
from journeys.schemas.matters import MatterTicket
from surveys.models import Invitation, Survey, SurveyVersion
from surveys.schemas import Submission
from surveys.service.links import new_link
from tests.conftest import Visitor
from tests.support.company import TODAY, make_company
from tests.surveys.story import install, reply, resolve

SECRETLY, OPENLY = "Nobody may quote me on this", "Call me about it"
ANSWERS = {"functional": 2, "emotional": 1, "satisfaction": 2}
REPLIES = "Two more screens are ordered"


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def ticket(day: float, kind: str = "incident", lasts: float | None = 1, **told: Any) -> MatterTicket:
    opened = TODAY + timedelta(days=day)
    over = opened + timedelta(days=lasts) if lasts is not None else None
    plain = MatterTicket(
        id=uuid4(), number="INC", kind=kind, summary="", service="", customer="Acme", place={}, requester_id=None,
        opened_at=opened, over_at=over, sla_met=None, linked="", flow=TicketFlow(),
    )  # fmt: skip
    return replace(plain, **told)


def message(day: float) -> Signed:
    at = TODAY + timedelta(days=day)
    return Signed(uuid4(), "suggestion", at, "", "web", "", "li@example.org", "new", "", "", "")


def test_a_signed_message_joins_what_lies_before_and_after_it() -> None:
    tickets = [ticket(0), ticket(12, "demand")]
    assert len(whole_matters(tickets, [], [])) == 2
    (one,) = whole_matters(tickets, [message(6)], [])
    assert one.streams == (Stream.RESTORATION, Stream.SAID, Stream.NEW_DEMAND)


def test_links_join_across_a_pause_and_what_is_open_has_no_end() -> None:
    linked = [ticket(0, linked="P-1"), ticket(90, lasts=None, linked="P-1"), ticket(45)]
    first, other = sorted(whole_matters(linked, [], []), key=lambda one: one.began_at)
    assert (len(first.strands), first.over_at) == (2, None)
    assert len(other.strands) == 1


@given(days=st.lists(st.floats(0, 300), max_size=8), said=st.lists(st.floats(0, 300), max_size=5))
def test_every_part_is_in_one_matter_and_time_runs_on(days: list[float], said: list[float]) -> None:
    tickets, signed = [ticket(day) for day in days], [message(day) for day in said]
    found = whole_matters(tickets, signed, [])
    ids = [strand.id for one in found for strand in one.strands]
    assert sorted(ids, key=str) == sorted((one.id for one in (*tickets, *signed)), key=str)
    for one in found:
        begun = [strand.began_at for strand in one.strands]
        assert begun == sorted(begun)


async def asked_of(db: Database, number: str, **more: Any) -> None:
    """Whoever raised it was asked about this ticket, and answered."""
    async with db.write() as session:
        survey = (await session.exec(select(Survey))).one()
        version = (await session.exec(select(SurveyVersion))).one()
        about = (await session.exec(select(Ticket).where(Ticket.key == number))).one()
        row = Invitation(
            survey_id=survey.id, version_id=version.id, ticket_id=about.id, person_id=about.requester_id, asked=True,
            channel="mail", decided_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        await session.flush()
        token = (await new_link(session, row.id, clock.now() + timedelta(days=14))).rpartition("/")[2]
    await reply(db, token, Submission(f"about-{number}", "en", {**ANSWERS, **more}))


async def say(db: Database, at: datetime, text: str, closeness: Closeness, address: str = "Li@Example.org") -> UUID:
    with clock.at(at):
        async with db.write() as session:
            said = Said(
                "web", uuid4().hex, text, "suggestion", "web", author_email=address, customer="acme",
                closeness=closeness,
            )  # fmt: skip
            return (await receive(session, said)).id


@pytest.fixture
async def story(db: Database) -> dict[str, UUID]:
    """Li's screen is repaired, she suggests a second one, is answered, and wants one. Wang has a ticket of his own."""
    await make_company(db)
    await install(db)
    began = TODAY - timedelta(days=40)
    await resolve(db, "INC-1", at=began)
    await resolve(db, "DEM-2", at=began + timedelta(days=13), kind=TicketKind.DEMAND)
    await resolve(db, "INC-9", person="wang", address="wang@example.org", at=began)
    await asked_of(db, "INC-1", comment=OPENLY, contact=True)
    await asked_of(db, "DEM-2", comment=SECRETLY)
    named = await say(db, began + timedelta(days=6), "A second screen for everybody", Closeness.NAMED)
    hidden = await say(db, began + timedelta(days=6), SECRETLY, Closeness.CONFIDENTIAL)
    async with db.write() as session:
        desk = await desk_of(session, "alice", frozenset({"acme"}))
        await handling.say(session, desk, named, MessageKind.DONE, REPLIES)
        await handling.say(session, desk, named, MessageKind.NOTE, "Between us")
        found = dict((await session.exec(select(Ticket.key, col(Ticket.id)))).all())
    return {**found, "named": named, "hidden": hidden}


@pytest.fixture
async def program(db: Database, site: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with db.write() as session:
        token = await auth.add_token(session, "dashboard", Role.MANAGER, ["acme"])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers=headers) as http:
        yield http


async def test_alice_reads_one_story_and_charlie_nothing(
    story: dict[str, UUID], alice: Visitor, charlie: Visitor, program: httpx.AsyncClient
) -> None:
    pages = [(await alice.http.get(f"/matters/{story[part]}")).text for part in ("INC-1", "DEM-2", "named")]
    for page in pages:
        for told in ("INC-1 was opened", "DEM-2 was resolved", "A second screen", REPLIES, OPENLY, "Asked about DEM-2"):
            assert told in page
        assert "Restoration → Said unasked → New demand" in page
        for hidden in (SECRETLY, "Between us", "Answered about DEM-2", "INC-9"):
            assert hidden not in page
    told = (await program.get(f"/api/v1/matters/{story['DEM-2']}")).json()
    assert [one["number"] for one in told["strands"]] == ["INC-1", "", "DEM-2"]
    assert [one["what"] for one in told["entries"]].count("told") == 1
    assert SECRETLY not in str(told)
    listed = (await program.get("/api/v1/matters")).json()
    assert [one["id"] for one in listed["matters"]] == [str(story["INC-1"])]
    assert f"/matters/{story['INC-1']}" in (await alice.http.get("/matters")).text
    found = await alice.http.get("/matters?ticket=inc-1")
    assert (found.status_code, found.headers["location"]) == (303, f"/matters/{story['INC-1']}")
    for part in ("INC-1", "DEM-2", "named"):
        assert (await charlie.http.get(f"/matters/{story[part]}")).status_code == 404
    assert "No ticket of that number" in (await charlie.http.get("/matters?ticket=INC-1")).text
    assert "No matter has crossed" in (await charlie.http.get("/matters")).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same queries as above
async def test_what_was_said_in_confidence_has_no_story(story: dict[str, UUID], alice: Visitor) -> None:
    assert (await alice.http.get(f"/matters/{story['hidden']}")).status_code == 404
    inbox = "/feedback/inbox"
    assert f"/matters/{story['named']}" in (await alice.http.get(f"{inbox}/{story['named']}")).text
    assert "/matters/" not in (await alice.http.get(f"{inbox}/{story['hidden']}")).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same queries as above
async def test_an_address_that_two_people_share_belongs_to_neither(
    db: Database, story: dict[str, UUID], alice: Visitor
) -> None:
    await resolve(db, "INC-7", person="li's colleague", at=TODAY - timedelta(days=39))
    assert "A second screen" not in (await alice.http.get(f"/matters/{story['INC-1']}")).text
    alone = await alice.http.get(f"/matters/{story['named']}")
    assert alone.status_code == 200
    assert "INC-" not in alone.text
