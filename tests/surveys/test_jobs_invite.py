"""Whom to ask: every resolution ends in a row, asked or not asked with the reason."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import time_machine
from sqlmodel import col, select

from core.backlog import backlog
from core.clock import now
from core.db import Database
from core.outbox import announce
from journeys.events import TicketResolved
from journeys.models import Person, Ticket, TicketKind
from surveys.models import Detail, Invitation, Reason
from surveys.schemas import ReopeningRule, Resolution
from surveys.service.planning import plan_after_resolution
from tests.support.mails import mails, words_of
from tests.surveys.story import change_trigger, install, reasons, resolve, rows, work


async def resolution_of(db: Database, ticket: str, at: datetime | None = None) -> Resolution:
    async with db.read() as session:
        found = (await session.exec(select(Ticket).where(Ticket.key == ticket))).one()
    return Resolution(found.id, at or now())


async def opt_out(db: Database, person: str) -> None:
    async with db.write() as session:
        found = (await session.exec(select(Person).where(Person.key == person))).one()
        found.opted_out_at = now()
        session.add(found)


async def test_a_resolved_ticket_asks_its_requester(db: Database, survey: None) -> None:
    await resolve(db)
    await work(db)
    [invitation] = await rows(db, Invitation)
    assert (invitation.asked, invitation.reason, invitation.channel) == (True, None, "mail")
    assert invitation.sent_at
    assert [mail["To"] for mail in mails()] == ["li@example.org"]


async def test_nobody_is_asked_about_an_imported_ticket_of_long_ago(db: Database, survey: None) -> None:
    await resolve(db, "OLD-1", at=datetime(2016, 5, 1, tzinfo=UTC))
    await resolve(db, "OLD-2", at=now() - timedelta(days=3, hours=1), person="wang", address="wang@example.org")
    await work(db)
    assert await reasons(db) == {"OLD-1": Reason.TOO_OLD, "OLD-2": Reason.TOO_OLD}
    assert mails() == []


async def test_two_tickets_of_one_person_ask_once(db: Database, survey: None) -> None:
    await resolve(db, "INC-1", at=now() - timedelta(hours=2))
    await resolve(db, "INC-2")
    await work(db)
    assert await reasons(db) == {"INC-1": None, "INC-2": Reason.COOLDOWN}
    assert len(mails()) == 1


async def test_the_cooldown_ends(db: Database, survey: None) -> None:
    with time_machine.travel(now() - timedelta(days=8), tick=False):
        await resolve(db, "INC-1")
        await work(db)
    await resolve(db, "INC-2")
    await work(db)
    assert await reasons(db) == {"INC-1": None, "INC-2": None}


async def test_the_episode_of_a_ticket_is_the_unit_and_the_clocks_hold_between_episodes(db: Database) -> None:
    await install(db)
    start = now() - timedelta(days=20)
    for day in (0, 2, 10):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            await again(db, day)
            await work(db)
    decided = sorted(await rows(db, Invitation), key=lambda row: row.decided_at)
    assert [(row.asked, row.reason, row.detail) for row in decided] == [
        (True, None, None),
        (False, Reason.COOLDOWN, Detail.PERSON_CLOCK),
        (True, None, None),
    ]
    assert len({row.unit for row in decided}) == 3
    assert len(mails()) == 2


async def test_a_trigger_may_ask_about_the_first_episode_only(db: Database) -> None:
    await install(db, reopened=ReopeningRule.ONCE)
    start = now() - timedelta(days=20)
    for day in (0, 10):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            await again(db, day)
            await work(db)
    reasons_ = [row.reason for row in sorted(await rows(db, Invitation), key=lambda row: row.decided_at)]
    assert reasons_ == [None, Reason.ALREADY_ASKED]


async def again(db: Database, day: int) -> None:
    """INC-1 is reopened and resolved once more."""
    if day:
        await resolve(db, "INC-1", reopened=True)
    else:
        await resolve(db, "INC-1")


async def test_a_ticket_resolved_twice_in_one_batch_counts_by_its_last_resolution(db: Database, survey: None) -> None:
    await resolve(db)
    late, early = await resolution_of(db, "INC-1"), await resolution_of(db, "INC-1", now() - timedelta(days=5))
    async with db.write() as session:
        await plan_after_resolution(session, [late, early])
    assert await reasons(db) == {"INC-1": None}


async def test_the_same_fact_twice_decides_once(db: Database, survey: None) -> None:
    await resolve(db)
    seen = await resolution_of(db, "INC-1")
    for _ in range(2):
        async with db.write() as session:
            await announce(session, TicketResolved(str(seen.ticket_id), seen.at.isoformat()))
        await work(db)
    assert len(await rows(db, Invitation)) == 1
    assert len(mails()) == 1


async def test_it_tells_why_somebody_is_not_asked(db: Database) -> None:
    await install(db, kinds=["incident"])
    await resolve(db, "REQ-1", person="a", kind=TicketKind.REQUEST)
    await resolve(db, "INC-1", person="b", address=None)
    await resolve(db, "INC-2", person="c", address="c@example.org")
    await resolve(db, "INC-3", person="d", address="d@example.org")
    await opt_out(db, "c")
    await work(db)
    assert await reasons(db) == {
        "REQ-1": Reason.EXCLUDED,
        "INC-1": Reason.NO_ADDRESS,
        "INC-2": Reason.OPTED_OUT,
        "INC-3": None,
    }


async def test_a_trigger_that_is_off_asks_nobody(db: Database, survey: None) -> None:
    await change_trigger(db, active=False)
    await resolve(db)
    await work(db)
    assert await reasons(db) == {"INC-1": Reason.EXCLUDED}


async def test_a_sample_is_drawn_by_the_ticket_and_stays_drawn(db: Database) -> None:
    await install(db, sample_percent=40)
    for number in range(60):
        await resolve(db, f"INC-{number}", person=f"p{number}", address=f"p{number}@example.org")
    seen = [await resolution_of(db, f"INC-{number}") for number in range(60)]
    await work(db)
    first = await reasons(db)
    assert 10 < sum(reason is None for reason in first.values()) < 40
    async with db.write() as session:
        for invitation in (await session.exec(select(Invitation))).all():
            await session.delete(invitation)
        await session.flush()
        await plan_after_resolution(session, reversed(seen))
    assert await reasons(db) == first


async def test_a_ticket_without_requester_and_one_that_is_gone_harm_nobody(db: Database, survey: None) -> None:
    await resolve(db, "INC-1", requester=None)
    async with db.write() as session:
        await announce(session, TicketResolved(str(uuid4()), now().isoformat()))
    await work(db)
    assert await reasons(db) == {"INC-1": Reason.NO_ADDRESS}
    async with db.read() as session:
        assert (await backlog(session)).dead == 0


async def test_without_a_survey_nobody_is_asked(db: Database) -> None:
    await resolve(db)
    await work(db)
    assert await rows(db, Invitation) == []


async def test_the_mail_waits_for_the_delay(db: Database) -> None:
    await install(db, delay_minutes=60)
    start = now()
    with time_machine.travel(start, tick=False):
        await resolve(db)
        await work(db)
        assert len(await rows(db, Invitation)) == 1
        assert mails() == []
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        await work(db)
    assert len(mails()) == 1


async def test_it_writes_in_the_language_of_the_person_else_of_the_ticket(db: Database, survey: None) -> None:
    await resolve(db, "INC-1", person="a", address="a@example.org", language="zh-CN", summary="Printer")
    await resolve(db, "INC-2", person="b", address="b@example.org", language="en", summary="打印机坏了")
    await resolve(db, "INC-3", person="c", address="c@example.org", summary="打印机坏了")
    await resolve(db, "INC-4", person="d", address="d@example.org", summary="Printer")
    await work(db)
    spoken = {str(mail["To"])[0]: "保密" in words_of(mail) for mail in mails()}
    assert spoken == {"a": True, "b": False, "c": True, "d": False}


async def test_two_workers_at_once_ask_a_person_once(db: Database, survey: None) -> None:
    """Two batches, two tickets, one person, at the same moment."""
    await resolve(db, "INC-1")
    await resolve(db, "INC-2")
    batches = [await resolution_of(db, "INC-1"), await resolution_of(db, "INC-2")]

    async def decide(resolution: Resolution) -> None:
        async with db.write() as session:
            await plan_after_resolution(session, [resolution])

    for _ in range(10):
        await asyncio.gather(*map(decide, batches))
        async with db.write() as session:
            made = (await session.exec(select(Invitation).order_by(col(Invitation.decided_at)))).all()
            assert sorted(str(invitation.reason) for invitation in made) == ["None", "cooldown"]
            for invitation in made:
                await session.delete(invitation)
