"""Kept, and still unhappy: Alice sees her watermelon, Charlie none of it; and flow pages with pictures."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlmodel import select

from analysis.models import Experience, VoiceKind
from analysis.rules.periods import window_of
from analysis.schemas.reports import Filters
from analysis.service.flow_experience import flow_breaks
from analysis.service.green import green_report
from analysis.statistics.proportions import share
from core.db import Database
from journeys.models import Customer, EventType, Service, Ticket, TicketEvent, TicketKind
from tests.conftest import Visitor
from tests.support.company import TODAY, make_company

WAY = ((EventType.CREATED, 0, ""), (EventType.ASSIGNED, 2, "desk"), (EventType.RESOLVED, 5, "desk"))
ALL = Filters(window_of("all", "", "", TODAY.date())[1], "all")


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


async def in_time(db: Database, service: str, score: float, n: int, *, met: bool = True, days_ago: int = 20) -> None:
    async with db.write() as session:
        acme = (await session.exec(select(Customer.id).where(Customer.key == "acme"))).one()
        of = (await session.exec(select(Service.id).where(Service.key == service))).one()
        for _ in range(n):
            opened = TODAY - timedelta(days=days_ago)
            ticket = Ticket(
                source="t", key=f"{uuid4()}", kind=TicketKind.REQUEST, customer_id=acme, service_id=of, sla_met=met,
                opened_at=opened, resolved_at=opened + timedelta(hours=5), flow={"events": 3},
            )  # fmt: skip
            session.add(ticket)
            await session.flush()
            for kind, hours, group in WAY:
                session.add(
                    TicketEvent(
                        ticket_id=ticket.id, source="t", event_id=f"{uuid4()}", type=kind, group=group,
                        at=opened + timedelta(hours=hours),
                    )
                )  # fmt: skip
            session.add(
                Experience(
                    voice_kind=VoiceKind.RESPONSE, voice_id=uuid4(), ticket_id=ticket.id, day=opened.date(),
                    said_at=opened, customer="acme", service=service, satisfaction=score,
                )
            )  # fmt: skip


async def test_a_service_in_time_and_red_inside_is_named(db: Database, alice: Visitor, charlie: Visitor) -> None:
    await make_company(db)
    await in_time(db, "laptop", 0, 20)
    await in_time(db, "laptop", 75, 20)
    await in_time(db, "mail", 100, 30)
    await in_time(db, "mail", 0, 2, met=False)
    async with db.read() as session:
        mine = await green_report(session, frozenset({"acme"}), ALL, TODAY.date())
        hers = await green_report(session, frozenset({"globex"}), ALL, TODAY.date())
    first, second = mine.services
    assert (first.service, first.watermelon, first.answers) == ("laptop", True, 40)
    assert first.red == share(20, 40)
    assert (second.service, second.watermelon) == ("mail", False)
    assert mine.whole is not None
    assert mine.whole.measured == 72
    assert (hers.whole, hers.services) == (None, ())
    text = (await alice.http.get("/flow/green")).text
    assert "watermelon" in text
    assert text.count("no watermelon") == 1
    assert "No ticket says" in (await charlie.http.get("/flow/green")).text
    assert "No tickets to follow" in (await charlie.http.get("/flow/stream")).text
    stream = (await alice.http.get("/flow/stream")).text
    assert "lay for a time with no group at all" in stream
    assert "<svg" in stream


async def test_a_share_that_would_tell_what_one_person_said_is_not_shown(db: Database) -> None:
    await make_company(db)
    await in_time(db, "laptop", 0, 1)
    await in_time(db, "laptop", 75, 20)
    async with db.read() as session:
        (only,) = (await green_report(session, None, ALL, TODAY.date())).services
    assert only.red is None


def test_the_interval_of_a_share_is_wilsons() -> None:
    found = share(0, 10)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(0.278, abs=0.001)
    assert share(8, 20).low == pytest.approx(0.219, abs=0.001)


async def test_no_two_looks_within_a_month_differ_by_an_answer(db: Database) -> None:
    await make_company(db)
    await in_time(db, "laptop", 0, 20)
    await in_time(db, "laptop", 75, 20)

    async def seen() -> tuple[object, ...]:
        async with db.read() as session:
            breaks = await flow_breaks(session, None, TODAY.date())
            return tuple(one.red for one in (await green_report(session, None, ALL, TODAY.date())).services), breaks

    before = await seen()
    assert before[0] != (None,)
    await in_time(db, "laptop", 0, 20, days_ago=3)
    assert await seen() == before
