"""Somebody asks what is kept of them, and wants it gone: all of it goes, and no figure moves. On both engines."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from analysis.models import Experience
from analysis.service.rereading import ask_to_read_again
from core import clock
from core.auth.models import Role
from core.db import Database
from core.outbox import drain_all
from feedback.service import releasing
from journeys.models import EventType, Hook, HookCall, HookCallState, HookSystem, Person, Ticket, TicketKind
from journeys.schemas import RequesterIn, TicketEventIn
from journeys.service.tickets import record_events
from surveys.models import Response
from surveys.schemas import Submission, Wish
from surveys.service.marks import mark_asked
from surveys.service.opting_out import follow_wish
from tests.analysis.test_jobs_find_moments import hear_and_look, lives
from tests.conftest import _signed_in
from tests.feedback.test_anonymous import dump
from tests.feedback.test_gone import hold, on_disk, sampled
from tests.feedback.test_inbox import named
from tests.support.company import make_company
from tests.surveys import story
from tests.value.story import FIELDS, company_with_a_past
from tests.value.test_service_register import LATER, done, judged
from value.models import ClaimKind, LinkKind, NodeKind, Source
from value.service import mapping, register
from value.service.led import share_that_led
from value.service.viewing import made_for
from value.service.worth import worth
from web import persons
from web.cli.rebuilding import rebuild_all
from web.worker import SUBSCRIPTIONS

ADDRESS, NAME, KEY, TICKET, WORD = "kira.quill@acme.example", "Kira Quill", "kquill-7", "INC-7077", "aubergine"
WRITTEN = (b"kira.quill", b"Kira Quill", b"aubergine")
NEEDLES = (ADDRESS, NAME, KEY, TICKET, WORD)
WHO = RequesterIn(key=KEY, email="Kira.Quill@acme.example", name=NAME, language="en", zone="Asia/Shanghai")
FIGURES = (
    *("rollup", "rollup_month", "published_sum", "publication_waiting", "moment_week", "moment_total", "moment_chain"),
    *("moment_cell", "moment", "moment_figure", "theme_set", "improvement", "improvement_link", "flow_cell"),
)
INDICATORS: dict[str, dict[str, Any]] = {
    "Said": {"source": Source.EXPERIENCE, "measure": "satisfaction"},
    "Took": {"source": Source.FLOW, "measure": "resolution_hours", "better": "down"},
    "Waited": {"source": Source.FLOW, "measure": "response_hours", "better": "down"},
    "Brought": {"source": Source.IMPORTED},
}
REPORTS = ("/api/v1/reports/experience", "/api/v1/reports/moments", "/api/v1/improvements", "/said-and-done")


async def known(db: Database) -> UUID:
    async with db.read() as session:
        return (await session.exec(select(Person.id).where(Person.key == KEY))).one()


async def speaks(db: Database, helpdesk: Any) -> None:
    """A ticket, an answer, a mark of an ask, a wish, two messages, a payload: everything that leads to her."""
    await story.install(db)
    token = await story.link(db, TICKET, requester=WHO, summary=f"My {WORD} laptop", attributes={"desk": NAME})
    given = {
        "functional": 1,
        "emotional": 1,
        "satisfaction": 2,
        "comment": f"The {WORD} waits for ever",
        "contact": True,
    }
    await story.reply(db, token, Submission("key", "en", given))
    await named(helpdesk, f"By name: {WORD}", contact={"name": NAME, "email": ADDRESS})
    await named(helpdesk, f"In confidence: {WORD}", contact={"name": NAME, "email": ADDRESS}, confidential=True)
    id_ = await known(db)
    async with db.write() as session:
        await mark_asked(session, id_, None, date(2026, 6, 1))
        survey = (await session.exec(select(story.Survey))).one()
        await follow_wish(session, id_, survey.id, Wish.NOT_THIS)
        hook = Hook(system=HookSystem.CUSTOM, key="desk", sealed_secret=b"", mapping="", created_at=clock.now())
        session.add(hook)
        await session.flush()
        for body in ({"number": TICKET}, {"by": ADDRESS.upper()}, {"number": "INC-1"}):
            content = json.dumps(body).encode()
            call = HookCall(hook_id=hook.id, received_at=clock.now(), body=content, state=HookCallState.MAPPED)
            session.add(call)


async def left_of_her(db: Database) -> list[str]:
    """Every row of every table in which something of hers still stands."""
    return [row for row in (await dump(db)).splitlines() if any(one.lower() in row.lower() for one in NEEDLES)]


async def figures(db: Database) -> dict[str, list[str]]:
    told = {}
    async with db.read() as session:
        connection = await session.connection()
        for table in FIGURES:
            rows = (await connection.execute(text(f'SELECT * FROM "{table}"'))).mappings().all()
            told[table] = sorted(repr(dict(row)) for row in rows)
    return told


async def reports(who: Any) -> list[bytes]:
    found = [await who.http.get(name) for name in REPORTS]
    assert [one.status_code for one in found] == [200] * len(found)
    return [one.content for one in found]


async def worth_of(db: Database, map_id: UUID) -> list[Any]:
    """Every indicator, every claim, every verdict and the share of voices that led to something, as they stand."""
    async with db.read() as session:
        found = await worth(session, None, map_id)
        told = await made_for(session, "acme")
        share = await share_that_led(session, None)
    assert {one.indicator.name: one.figure.n >= 5 for one in found.indicators} == dict.fromkeys(INDICATORS, True)
    assert share.percent
    assert [one.verdict.kind for one in told.made if one.verdict] == ["helped"]
    measured = [(one.figure, one.change, one.months, one.goal, one.sure) for one in found.indicators]
    return [*measured, *(one.told for one in found.claims), found.states, told.made, told.share, share]


async def worked_for_her(db: Database) -> None:
    """Nine tickets in the quarter; hers took longest, so that its loss would be seen."""
    for number in range(9):
        requester = WHO if number == 0 else RequesterIn(key=f"other-{number}")
        end = LATER - timedelta(days=20 + 5 * number)
        start = end - timedelta(hours=90 if number == 0 else 2 + number)
        moments = ((EventType.CREATED, start), (EventType.RESPONDED, end - timedelta(hours=1)))
        told = {"kind": TicketKind.INCIDENT, "service": "laptop", "customer": "acme", "requester": requester}
        events = [
            TicketEventIn(
                source="jira", ticket=f"WORK-{number}", event_id=f"{number}-{type_}", type=type_, at=at, **told
            )
            for type_, at in (*moments, (EventType.RESOLVED, end))
        ]
        async with db.write() as session:
            await record_events(session, events)


async def mapped(db: Database) -> UUID:
    """An indicator of each source, a claim that hangs on one, and a node that hangs on another."""
    async with db.write() as session:
        one = await mapping.add_map(session, None, {"title": "Worth"}, [])
        ids = {}
        for name, fields in INDICATORS.items():
            ids[name] = await mapping.put(
                session, None, one.id, "indicators", None, {**fields, "name": name, "target": 60.0}, "ada"
            )
        brought = [
            {"month": date(2026, month, 1), "value": 50.0 + month, "low": None, "high": None, "n": 40, "sd": 9.0}
            for month in range(1, 7)
        ]
        await mapping.keep_readings(session, None, ids["Brought"], brought, "ada")
        claim = {
            "kind": ClaimKind.BENEFIT,
            "text": "Less waiting",
            "indicator_id": ids["Said"],
            "touchpoint": "approval",
        }
        await mapping.put(session, None, one.id, "claims", None, claim, "ada")
        benefit = {"kind": NodeKind.BENEFIT, "title": "Faster", "indicator_id": ids["Took"]}
        await mapping.put(session, None, one.id, "nodes", None, benefit, "ada")
    return one.id


@pytest.fixture
async def lived(db: Database, helpdesk: Any) -> None:
    """A year and a half of a company with a measured improvement and a moment of truth, and one of its people."""
    places = await company_with_a_past(db, 18)
    with clock.at(LATER):
        await speaks(db, helpdesk)
        await worked_for_her(db)
        await drain_all(db, SUBSCRIPTIONS)
        await drain_all(db, SUBSCRIPTIONS)
    assert (await judged(db, await done(db, places))).verdict["kind"] == "helped"
    said = lives(Random(3), 300, "approval")
    for one in said[:5]:
        one.person_id, one.comment = await known(db), f"Never again, says {WORD}"
    await hear_and_look(db, said, LATER)


@pytest.mark.usefixtures("lived")
async def test_all_of_a_person_goes_and_every_figure_stays(db: Database, site: Any) -> None:
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    with clock.at(LATER):
        await rebuild_all(db)
        map_id = await mapped(db)
        before, shown, value = await figures(db), await reports(ada), await worth_of(db, map_id)
        assert all(before[table] for table in ("rollup", "published_sum", "moment", "moment_chain", "improvement"))
        left = await dump(db)
        assert all(needle in left for needle in NEEDLES)
        async with db.write() as session:
            told = await persons.export(session, ADDRESS, "ada")
        assert all(needle.lower() in json.dumps(told, default=str).lower() for needle in NEEDLES)
        numbers = {"people": 1, "tickets": 2, "answers": 1, "feedback": 2, "asked_on": 1, "not_asked_by": 1}
        assert {part: len(told[part]) for part in numbers} == numbers
        assert told["answers"][0]["comment"] == f"The {WORD} waits for ever"
        assert told["people"][0]["zone"] == "Asia/Shanghai"
        assert told["invitations"]
        assert len(told["read_as"]) >= 6  # what she lived through, and how it was read
        for _ in range(2):
            async with db.write() as session:
                await persons.erase(session, ADDRESS, "ada")
            assert await figures(db) == before
            assert await reports(ada) == shown
            assert await worth_of(db, map_id) == value
            assert await left_of_her(db) == []
        assert [call.body for call in await story.rows(db, HookCall)] == [b'{"number": "INC-1"}']  # it tells of others
        async with db.read() as session:
            assert not await persons.held(session, ADDRESS)
        await drain_all(db, SUBSCRIPTIONS)
        await rebuild_all(db)
        assert await figures(db) == before
    await ada.http.aclose()


async def test_neither_a_new_reading_nor_an_old_ticket_brings_anybody_back(db: Database, helpdesk: Any) -> None:
    await make_company(db)
    with clock.at(LATER):
        await speaks(db, helpdesk)
        await drain_all(db, SUBSCRIPTIONS)
        async with db.write() as session:
            one = await register.register(session, "alice", {**FIELDS, "touchpoints": ["delivery"]}, ["acme"])
            answers = (await session.exec(select(Response.id))).all()
            await register.link(session, one.id, [(LinkKind.RESPONSE, id_) for id_ in answers])
            told = await persons.export(session, ADDRESS, "ada")
        assert [(link["what"], link["told_on"]) for link in told["led_to"]] == [(FIELDS["title"], None)]
        await sampled(db)
        before = await figures(db)
        assert any("sentiment" in row for row in before["rollup"])
        async with db.write() as session:
            await persons.erase(session, ADDRESS, "ada")
            for one in (await session.exec(select(Experience))).all():
                one.classifier = "older"
                session.add(one)
        assert set(hold(await on_disk(db), *WRITTEN)) == set(WRITTEN)
        with clock.at(LATER + timedelta(days=1)):  # the night after
            await drain_all(db, SUBSCRIPTIONS)
            await releasing.forget(db)
        assert list(hold(await on_disk(db), *WRITTEN)) == []
        async with db.write() as session:
            assert await ask_to_read_again(session) == 3
        await drain_all(db, SUBSCRIPTIONS)
        assert await figures(db) == before

        n = len(await story.rows(db, Ticket))
        await story.resolve(db, TICKET, requester=WHO, summary=WORD, attributes={"desk": NAME}, matter=TICKET)
        assert len(await story.rows(db, Ticket)) == n
        assert await left_of_her(db) == []
        await story.resolve(db, "INC-7078", requester=WHO)  # a new ticket: the ticket system knows her still
        async with db.read() as session:
            names = (await session.exec(select(Person.email).where(col(Person.key) == KEY))).all()
        assert names == ["Kira.Quill@acme.example"]
