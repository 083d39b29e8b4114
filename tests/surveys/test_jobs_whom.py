"""Whom to ask, over many weeks and whatever the order of events: no clock is broken, and no ticket vanishes."""

import asyncio
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import Random
from uuid import UUID

import msgspec
import pytest
import time_machine
from sqlmodel import select

from core.clock import now
from core.db import Database
from core.outbox import announce
from journeys.events import TicketResolved
from journeys.models import EventType, Person, Ticket, TicketKind
from journeys.schemas import RequesterIn, TicketEventIn
from journeys.service.tickets import record_events
from surveys.models import AskingMark, Detail, Invitation, Mode, Reason, Survey, Trigger
from surveys.schemas import After, AnswerBudget, AskingPolicy, Hours, Period, Resolution, TriggerDefinition
from surveys.service import install_survey
from surveys.service.inviting import decide
from surveys.service.planning import plan_after_resolution
from surveys.service.triggers import set_asking_policy, set_trigger
from tests.support.mails import mails, words_of
from tests.surveys.story import install, link, post_ticket, reasons, resolve, rows, work

SEEDS = int(os.environ.get("TOUCHSTONE_TEST_SEEDS", "5"))
START = datetime(2025, 3, 3, 9, tzinfo=UTC)


async def install_another(db: Database, key: str, **trigger: object) -> None:
    definition = TriggerDefinition(**trigger)  # type: ignore[arg-type]
    async with db.write() as session:
        await install_survey(session, msgspec.structs.replace(post_ticket(), key=key, trigger=definition))


async def install_anonymous(db: Database, key: str, trigger: TriggerDefinition) -> None:
    questions = [question for question in post_ticket().questions if question.construct.value != "contact"]
    open_ = {"key": key, "slug": key, "mode": Mode.ANONYMOUS, "questions": questions, "trigger": trigger}
    async with db.write() as session:
        await install_survey(session, msgspec.structs.replace(post_ticket(), **open_))


async def clocks(db: Database, asks: int, days: int) -> None:
    async with db.write() as session:
        await set_asking_policy(session, AskingPolicy(asks=asks, days=days))


async def until(db: Database, day: float) -> None:
    with time_machine.travel(START + timedelta(days=day), tick=False):
        await work(db)


def happened(ticket: str, number: int, what: EventType, at: datetime, person: str) -> TicketEventIn:
    return TicketEventIn(
        source="jira",
        ticket=ticket,
        event_id=f"{ticket}/{number}",
        type=what,
        at=at,
        kind=TicketKind.INCIDENT,
        service="mail",
        customer="acme",
        requester=RequesterIn(key=person, email=f"{person}@example.org"),
    )


def life(rng: Random) -> list[TicketEventIn]:
    """Five weeks of three people: resolved, reopened, resolved again."""
    told = []
    for number in range(12):
        at, person = START + timedelta(hours=rng.uniform(0, 24 * 35)), f"p{rng.randrange(3)}"
        told.append(happened(f"T-{number}", 0, EventType.CREATED, at, person))
        for turn in range(rng.choice([1, 1, 1, 2, 3])):
            at += timedelta(hours=rng.uniform(0.1, 60))
            told.append(happened(f"T-{number}", 2 * turn + 1, EventType.RESOLVED, at, person))
            at += timedelta(hours=rng.uniform(0.1, 200))
            told.append(happened(f"T-{number}", 2 * turn + 2, EventType.REOPENED, at, person))
        told.pop()
    return told


def arrivals(rng: Random, told: list[TicketEventIn]) -> list[tuple[datetime, list[TicketEventIn]]]:
    """Late by up to three days, some twice, some together, so in another order than they happened."""
    late = [(event.at + timedelta(hours=rng.choice([0, 0, 1, 30, 72]) * rng.random()), event) for event in told]
    twice = [(at + timedelta(hours=rng.uniform(0, 90)), event) for at, event in late if rng.random() < 0.3]
    batches: list[tuple[datetime, list[TicketEventIn]]] = []
    for at, event in sorted([*late, *twice], key=lambda one: one[0]):
        if batches and at - batches[-1][0] < timedelta(hours=rng.choice([0, 0, 12])):
            batches[-1] = (at, [*batches[-1][1], event])
        else:
            batches.append((at, [event]))
    return batches


@dataclass(frozen=True)
class World:
    """What an installation is set to. `asks` in `days`: the clock of the person; `own`: that of each survey."""

    asks: int
    days: int
    own: int
    delay_minutes: int
    patience_days: int
    hours: Hours

    @classmethod
    def drawn(cls, rng: Random) -> "World":
        asks, days, own = rng.choice([(1, 7, 0), (2, 30, 14), (1, 3, 20), (3, 10, 5), (1, 1, 1)])
        return cls(asks, days, own, rng.choice([0, 600]), rng.choice([0, 10]), rng.choice(list(Hours)))

    async def installed(self, db: Database) -> None:
        """A survey with counting reminders, one that draws a lot, one about whole matters, and an anonymous one."""
        mine = {"delay_minutes": self.delay_minutes, "patience_days": self.patience_days, "hours": self.hours}
        often = {"cooldown_days": self.own, "max_age_days": 90}
        await install(db, reminders=2, reminders_count=True, **often, **mine)
        await install_another(db, "second", sample_percent=70, **often)
        whole = {"after": After.JOURNEY, "gap_days": 4, "patience_days": 14}
        await install_another(db, "whole", **often, **whole)
        await install_anonymous(db, "climate", TriggerDefinition(**often))  # type: ignore[arg-type]
        await clocks(db, self.asks, self.days)


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_nobody_is_asked_more_often_than_both_clocks_allow(db: Database, seed: int) -> None:
    """Looked at in the mails that went out: rows could agree with each other and be wrong."""
    rng = Random(2 * seed + db.is_sqlite)  # other lives on the other engine
    world = World.drawn(rng)
    with time_machine.travel(START, tick=False):
        await world.installed(db)
    for at, events in arrivals(rng, life(rng)):
        with time_machine.travel(at, tick=False):
            async with db.write() as session:
                await record_events(session, events)
            await work(db)
    for day in range(35, 95, 4):
        await until(db, day)
    _hold_to(world)
    await _nothing_vanished(db)


def _hold_to(world: World) -> None:
    asked: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for mail in mails():
        sent = parsedate_to_datetime(str(mail["Date"]))
        asked[str(mail["To"])].append((sent, re.sub("^Reminder: |^提醒：", "", str(mail["Subject"]))))
    assert sum(map(len, asked.values())) >= 3
    for times in asked.values():
        for at, _survey in times:
            within = [other for other, _other in times if at - timedelta(days=world.days) < other <= at]
            assert len(within) <= world.asks


async def _nothing_vanished(db: Database) -> None:
    decided = await rows(db, Invitation)
    assert all(row.asked or row.reason for row in decided), "something was planned and never decided"
    own = (await rows(db, Trigger))[0].cooldown_days
    for row in (row for row in decided if row.asked and row.person_id):
        same = [
            one for one in decided if one.asked and (one.person_id, one.survey_id) == (row.person_id, row.survey_id)
        ]
        assert all(abs(one.decided_at - row.decided_at) >= timedelta(days=own) for one in same if one is not row)
    await _every_ticket_has_its_row(db, decided)


async def _every_ticket_has_its_row(db: Database, decided: list[Invitation]) -> None:
    tickets = {ticket.id for ticket in await rows(db, Ticket)}
    surveys = {survey.id: survey.key for survey in await rows(db, Survey)}
    for survey_id, key in surveys.items():
        told = {row.ticket_id for row in decided if row.survey_id == survey_id}
        if key == "climate":  # of an anonymous survey no row says about which ticket: they are counted
            episodes = {(row.ticket_id, row.unit) for row in decided if row.survey_id == _id_of(surveys, "post-ticket")}
            assert sum(row.survey_id == survey_id for row in decided) == len(episodes)
            continue
        assert told <= tickets
        assert key == "whole" or told == tickets


def _id_of(surveys: dict[UUID, str], wanted: str) -> UUID:
    return next(id_ for id_, key in surveys.items() if key == wanted)


async def test_two_workers_break_no_clock_and_lose_no_ticket(db: Database) -> None:
    """Batches that overlap, in opposite orders, with two surveys."""
    await install(db, cooldown_days=30)
    await install_another(db, "second", cooldown_days=30)
    for number in range(24):
        await resolve(db, f"T-{number}", person=f"p{number % 4}", address=f"p{number % 4}@example.org")
    async with db.read() as session:
        found = (await session.exec(select(Ticket))).all()
    batches = [[Resolution(ticket.id, now()) for ticket in found if ticket.resolved_at] for _ in range(2)]
    batches = [[Resolution(t.ticket_id, r) for t, r in zip(batches[0], _ends(found), strict=True)] for _ in range(4)]

    async def run(number: int) -> None:
        order = batches[number] if number % 2 else batches[number][::-1]
        for start in range(0, len(order), 6):
            async with db.write() as session:
                await plan_after_resolution(session, order[start : start + 6])

    await asyncio.gather(*map(run, range(4)))
    decided = await rows(db, Invitation)
    assert len(decided) == 2 * 24
    assert all(row.asked or row.reason for row in decided)
    asked = [row.person_id for row in decided if row.asked]
    assert len(asked) == len(set(asked)) == 4


def _ends(tickets: object) -> list[datetime]:
    return [ticket.resolved_at for ticket in tickets if ticket.resolved_at]  # type: ignore[attr-defined]


async def test_the_mail_waits_for_the_morning_of_the_person(db: Database) -> None:
    await install(db, hours=Hours.WAKING)
    with time_machine.travel(datetime(2025, 3, 3, 13, tzinfo=UTC), tick=False):  # 21:00 in Shanghai
        li = RequesterIn(key="li", email="li@example.org", zone="Asia/Shanghai")
        await resolve(db, requester=li)
        await resolve(db, "INC-2", person="max", address="max@example.org")
        await work(db)
        assert [mail["To"] for mail in mails()] == ["max@example.org"]
        assert [row.due_at for row in await rows(db, Invitation) if not row.asked] == [
            datetime(2025, 3, 4, 0, tzinfo=UTC)
        ]
    with time_machine.travel(datetime(2025, 3, 4, 0, 1, tzinfo=UTC), tick=False):
        await work(db)
        await work(db)
    assert len(mails()) == 2


async def test_a_ticket_that_is_reopened_before_its_time_is_not_asked_about(db: Database) -> None:
    await install(db, delay_minutes=24 * 60)
    with time_machine.travel(START, tick=False):
        await resolve(db)
        await work(db)
    with time_machine.travel(START + timedelta(hours=20), tick=False):
        async with db.write() as session:
            await record_events(session, [happened("INC-1", 9, EventType.REOPENED, now(), "li")])
    await until(db, 1.1)
    [row] = await rows(db, Invitation)
    assert (row.reason, row.detail) == (Reason.EXCLUDED, Detail.REOPENED)
    with time_machine.travel(START + timedelta(days=2), tick=False):
        await resolve(db, reopened=True)
        await work(db)
    await until(db, 3.1)
    assert sorted(str(row.reason) for row in await rows(db, Invitation)) == ["None", "excluded"]
    assert len(mails()) == 1


async def test_a_survey_after_closing_waits_until_the_ticket_is_closed(db: Database) -> None:
    await install(db, after=After.CLOSED, max_age_days=10)
    with time_machine.travel(START, tick=False):
        await resolve(db)
        await resolve(db, "INC-2", person="b", address="b@example.org")
        await work(db)
    assert mails() == []
    closed = happened("INC-1", 9, EventType.CLOSED, START + timedelta(days=5), "li")
    with time_machine.travel(START + timedelta(days=5), tick=False):
        async with db.write() as session:
            await record_events(session, [closed])
        await work(db)
    assert len(mails()) == 1
    for hour in range(0, 24 * 11, 6):
        await until(db, hour / 24)
    assert await reasons(db) == {"INC-1": None, "INC-2": Reason.TOO_OLD}


async def test_while_a_major_incident_runs_nobody_of_that_service_is_asked(db: Database) -> None:
    await install(db, major_priorities=["critical"])
    async with db.write() as session:
        major = happened("MAJOR", 0, EventType.CREATED, now(), "desk")
        await record_events(session, [msgspec.structs.replace(major, priority="critical")])
    await resolve(db, "INC-1", priority="low")
    await resolve(db, "INC-2", priority="low", service="print", person="b", address="b@example.org")
    await work(db)
    assert await reasons(db) == {"INC-1": Reason.EXCLUDED, "INC-2": None}


async def test_a_budget_ends_asking_for_its_stratum_and_its_day(db: Database) -> None:
    await install(db, budget=AnswerBudget(answers=2, per=Period.DAY, by="service"))
    for day in range(2):
        with time_machine.travel(START + timedelta(days=day), tick=False):
            for number in range(40):
                who = f"{day}-{number}"
                service = "print" if number % 2 else "mail"
                await resolve(db, who, person=who, address=f"{who}@example.org", service=service)
            await work(db)
    decided = await rows(db, Invitation)
    for day in range(2):
        for service in ("mail", "print"):
            mine = [row for row in decided if row.stratum == service and (row.decided_at - START).days == day]
            asked = sum(row.asked for row in mine)
            assert asked == (8, 12)[day], "one in four is expected to answer, and fewer when nobody did the day before"
            assert {row.detail for row in mine if not row.asked} == {Detail.BUDGET}


async def test_what_the_ticket_was_is_kept_when_it_is_asked_about(db: Database, survey: None) -> None:
    await resolve(db, group="Network", priority="high")
    await work(db)
    [row] = await rows(db, Invitation)
    kept = {name: row.snapshot[name] for name in ("group", "priority", "service", "open_hours", "handoffs")}
    assert kept == {"group": "Network", "priority": "high", "service": "mail", "open_hours": 2.0, "handoffs": 0}


async def test_a_matter_is_asked_about_once_when_it_is_over(db: Database) -> None:
    """Nothing else was answered, or even asked."""
    await install_another(db, "whole", after=After.JOURNEY, gap_days=7, max_age_days=30, hours=Hours.WAKING)
    for day, ticket in ((0, "INC-1"), (5, "REQ-2"), (9, "INC-3")):
        with time_machine.travel(START + timedelta(days=day), tick=False):
            await resolve(db, ticket, language="en")
            await work(db)
    await until(db, 15.9)
    assert await rows(db, Invitation) == []
    await until(db, 16.1)
    assert await reasons(db) == {"INC-3": None}
    [mail] = mails()
    assert "INC-3" in words_of(mail)
    assert "as a whole" in words_of(mail)
    for day in (17, 30):
        with time_machine.travel(START + timedelta(days=day), tick=False):
            async with db.write() as session:
                for ticket in await rows(db, Ticket):
                    await announce(session, TicketResolved(str(ticket.id), ticket.resolved_at.isoformat()))
            await work(db)
    assert len(await rows(db, Invitation)) == 1


async def test_a_matter_waits_for_the_clocks_if_another_survey_was_just_sent(db: Database) -> None:
    await install(db)
    await install_another(db, "whole", after=After.JOURNEY, gap_days=3, max_age_days=30, patience_days=14)
    with time_machine.travel(START, tick=False):
        await resolve(db)
        await work(db)
    await until(db, 3.1)
    assert len(mails()) == 1
    await until(db, 7.1)
    assert len(mails()) == 2


async def test_matters_of_long_ago_are_not_asked_about(db: Database) -> None:
    await install_another(db, "whole", after=After.JOURNEY, gap_days=7)
    await resolve(db, "OLD-1", at=now() - timedelta(days=400))
    await work(db)
    assert await reasons(db) == {"OLD-1": Reason.TOO_OLD}


async def test_who_does_not_answer_is_reminded_as_often_as_the_trigger_says(db: Database) -> None:
    await install(db, reminders=2, reminder_days=3)
    with time_machine.travel(START, tick=False):
        await resolve(db, language="en")
        await work(db)
    for day in (2.9, 3.1, 3.2, 6.0, 6.2, 9.5, 13, 20):
        await until(db, day)
        await until(db, day)
    assert [str(mail["Subject"]).startswith("Reminder") for mail in mails()] == [False, True, True]
    assert await rows(db, AskingMark) == []


async def test_a_reminder_that_counts_waits_for_nobody_and_is_left_out(db: Database) -> None:
    await install(db, reminders=1, reminder_days=3, reminders_count=True)
    await clocks(db, asks=1, days=7)
    with time_machine.travel(START, tick=False):
        await resolve(db)
        await work(db)
    await until(db, 3.1)
    assert len(mails()) == 1


async def test_a_reminder_that_counts_leaves_a_mark_that_names_nobody(db: Database) -> None:
    await install(db, reminders=1, reminder_days=3, reminders_count=True)
    await clocks(db, asks=2, days=7)
    with time_machine.travel(START, tick=False):
        await resolve(db)
        await work(db)
    await until(db, 3.1)
    assert len(mails()) == 2
    [mark] = await rows(db, AskingMark)
    [person] = await rows(db, Person)
    assert str(person.id) not in mark.person_mark + mark.survey_mark
    assert person.id.hex not in mark.person_mark + mark.survey_mark
    with time_machine.travel(START + timedelta(days=7.5), tick=False):
        await resolve(db, "INC-2")
        await work(db)
    assert (await reasons(db))["INC-2"] is None, "the first ask is over a week old, the mark is the only one left"
    with time_machine.travel(START + timedelta(days=8), tick=False):
        await resolve(db, "INC-3")
        await work(db)
    assert (await reasons(db))["INC-3"] == Reason.COOLDOWN


async def test_deciding_twice_decides_once(db: Database, survey: None) -> None:
    await resolve(db)
    await work(db)
    before = await rows(db, Invitation)
    async with db.write() as session:
        await decide(session, [row.id for row in before])
    assert await rows(db, Invitation) == before
    assert len(mails()) == 1


async def test_a_link_given_out_before_the_resolution_is_the_asking_about_it(db: Database, survey: None) -> None:
    await link(db)
    await work(db)
    assert [row.asked for row in await rows(db, Invitation)] == [True]
    async with db.write() as session:
        survey_id = (await session.exec(select(Trigger))).one().survey_id
        await set_trigger(session, survey_id, TriggerDefinition(cooldown_days=0))
    assert mails() == []
