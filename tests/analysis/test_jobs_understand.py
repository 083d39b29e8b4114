"""The job that turns voices into experiences: once, whatever happens, and whatever was written."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import SQLModel, func, select

from analysis import classifier
from analysis.jobs import understand
from analysis.models import Experience, Mention, Rollup, VoiceKind
from analysis.service import reading
from core.backlog import backlog
from core.clock import now
from core.confined import confinement
from core.db import Database, insert_new
from core.ids import new_secret, ordered_id
from core.outbox import Fact, announce, drain_all
from feedback.events import FeedbackReceived
from feedback.schemas import Said
from feedback.service import receive
from journeys.models import Customer, Person, Service, Ticket, TicketKind
from surveys.events import ResponseReceived
from surveys.models import Invitation, Response, Survey, SurveyVersion
from tests.analysis import hostile
from tests.support.company import make_company

SUBSCRIPTIONS = {ResponseReceived: [understand], FeedbackReceived: [understand]}
SCALE = {"min": 1, "max": 5}


@pytest.fixture
async def company(db: Database) -> Database:
    await make_company(db)
    return db


async def ids(db: Database, table: Any) -> dict[str, UUID]:
    async with db.read() as session:
        return {row.key: row.id for row in (await session.exec(select(table))).all()}


async def ticket(db: Database, kind: TicketKind, customer: str | None = "acme", service: str | None = "laptop") -> UUID:
    customers, services = await ids(db, Customer), await ids(db, Service)
    made = Ticket(
        source="test",
        key=new_secret(),
        kind=kind,
        customer_id=customers[customer] if customer else None,
        service_id=services[service] if service else None,
        as_of={},
        flow={},
    )
    async with db.write() as session:
        session.add(made)
    return made.id


async def respond(
    db: Database, comment: str = "", ticket_id: UUID | None = None, person_id: UUID | None = None, **steps: int
) -> UUID:
    """A response is stored and announced; `steps` are answers from 1 to 5."""
    survey, version, invitation, response = (ordered_id() for _ in range(4))
    answers = [{"construct": key, "value": value, "scale": SCALE} for key, value in steps.items()]
    rows: list[tuple[type[SQLModel], dict[str, Any]]] = [
        (Survey, {"id": survey, "key": new_secret(), "mode": "confidential"}),
        (
            SurveyVersion,
            {"id": version, "survey_id": survey, "number": 1, "definition": {}, "published_at": now()},
        ),
        (
            Invitation,
            {
                "id": invitation,
                "survey_id": survey,
                "version_id": version,
                "ticket_id": ticket_id,
                "asked": True,
                "channel": "mail",
                "language": "en",
                "decided_at": now(),
            },
        ),
        (
            Response,
            {
                "id": response,
                "invitation_id": invitation,
                "version_id": version,
                "ticket_id": ticket_id,
                "person_id": person_id,
                "submission_key": "k",
                "confirmation": "c",
                "language": "en",
                "answers": answers,
                "comment": comment,
                "may_contact": False,
                "received_at": now(),
            },
        ),
    ]
    async with db.write() as session:
        for table, row in rows:
            await insert_new(session, table, [row])
        await announce(session, ResponseReceived(response_id=str(response)))
    return response


async def experience(db: Database, voice_id: UUID) -> Experience:
    async with db.read() as session:
        return (await session.exec(select(Experience).where(Experience.voice_id == voice_id))).one()


async def rows(db: Database, *tables: type[SQLModel]) -> list[int]:
    async with db.read() as session:
        return [(await session.exec(select(func.count()).select_from(table))).one() for table in tables]


async def test_a_response_becomes_an_experience_at_the_touchpoint_of_its_ticket(company: Database) -> None:
    asked = await ticket(company, TicketKind.REQUEST)
    said = await respond(company, "The approval took three days.", asked, functional=2, emotional=3, satisfaction=5)
    await drain_all(company, SUBSCRIPTIONS)
    found = await experience(company, said)
    assert (found.voice_kind, found.customer, found.service, found.channel) == ("response", "acme", "laptop", "mail")
    assert (found.functional, found.emotional, found.satisfaction) == (25, 50, 100)
    assert found.touchpoint == "delivery"
    assert found.sentiment in ("negative", "very_negative")
    assert found.classifier == classifier.VERSION


async def test_words_about_another_touchpoint_count_there_as_words_only(company: Database) -> None:
    asked = await ticket(company, TicketKind.REQUEST)
    await respond(company, "The approval took far too long.", asked, satisfaction=5)
    await drain_all(company, SUBSCRIPTIONS)
    async with company.read() as session:
        found = {(row.touchpoint, row.dimension): row for row in (await session.exec(select(Rollup))).all()}
    assert set(found) == {("delivery", "satisfaction"), ("approval", "sentiment")}
    assert found["approval", "sentiment"].score < 50


async def test_understanding_twice_changes_nothing(company: Database) -> None:
    said = await respond(company, "Slow approval, kind people.", await ticket(company, TicketKind.REQUEST), emotional=1)
    await drain_all(company, SUBSCRIPTIONS)
    before = await rows(company, Experience, Mention, Rollup)
    async with company.write() as session:
        await announce(session, *[ResponseReceived(response_id=str(said))] * 3)
    await drain_all(company, SUBSCRIPTIONS)
    assert await rows(company, Experience, Mention, Rollup) == before
    async with company.read() as session:
        assert {row.n for row in (await session.exec(select(Rollup))).all()} == {1}


async def test_feedback_stands_where_its_author_said(company: Database) -> None:
    said = Said("api", "k1", "It never arrives on time.", "complaint", "web", touchpoint="approval", customer="acme")
    async with company.write() as session:
        received = await receive(session, said)
    await drain_all(company, SUBSCRIPTIONS)
    found = await experience(company, received.id)
    assert (found.voice_kind, found.touchpoint, found.customer) == (VoiceKind.FEEDBACK, "approval", "acme")
    assert found.satisfaction is None


async def test_feedback_that_names_no_place_is_placed_by_its_words(company: Database) -> None:
    async with company.write() as session:
        received = await receive(session, Said("api", "k1", "审批太慢了，等了一个星期", "complaint", "web"))
    await drain_all(company, SUBSCRIPTIONS)
    assert (await experience(company, received.id)).touchpoint == "approval"


async def test_a_voice_of_which_nothing_is_known_is_kept_all_the_same(company: Database) -> None:
    bare = await ticket(company, TicketKind.INCIDENT, customer=None, service=None)
    said = [await respond(company, satisfaction=4), await respond(company, "", bare, satisfaction=4)]
    await drain_all(company, SUBSCRIPTIONS)
    for one in said:
        found = await experience(company, one)
        assert (found.customer, found.service, found.satisfaction, found.sentiment) == ("", "", 75, "none")


async def test_a_voice_that_is_gone_is_passed_over(company: Database) -> None:
    async with company.write() as session:
        await announce(session, ResponseReceived(str(uuid4())), FeedbackReceived(str(uuid4())))
    await drain_all(company, SUBSCRIPTIONS)
    async with company.read() as session:
        assert (await backlog(session)).waiting == 0
    assert await rows(company, Experience) == [0]


HOSTILE = [
    "<script>alert(1)</script>" * 50,
    "\u202e\u200b\ufeff" * 200,
    "👍" * 5000,
    "a" * 10_000,
    "'; DROP TABLE experience; --",
    "{{ 7 * 7 }} %(n)s %s {0}",
    "1234567890 4111111111111111",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "Ω≈ç√∫˜µ≤≥÷ ﷽ ꧁༺",
    "\n\n\t  \n",
]


async def test_hostile_texts_are_read_or_left_but_never_stop_the_job(company: Database) -> None:
    said = [await respond(company, text, satisfaction=3) for text in HOSTILE]
    await drain_all(company, SUBSCRIPTIONS)
    assert [(await experience(company, one)).comment for one in said] == HOSTILE
    async with company.read() as session:
        assert (await backlog(session)) == type(await backlog(session))(waiting=0, dead=0)


async def test_a_text_that_breaks_the_classifier_keeps_its_scores_and_says_nothing(
    company: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = classifier.read

    def brittle(texts: Any, *rest: Any, **more: Any) -> Any:
        if any("poison" in text for text in texts):
            raise RecursionError
        return read(texts, *rest, **more)

    monkeypatch.setattr(classifier, "read", brittle)
    bad, good = await respond(company, "poison", satisfaction=2), await respond(company, "Great help!", satisfaction=5)
    await drain_all(company, SUBSCRIPTIONS)
    assert (await experience(company, bad)).sentiment == "none"
    assert (await experience(company, bad)).satisfaction == 25
    assert (await experience(company, good)).sentiment in ("positive", "very_positive")


async def test_g3_a_text_that_never_ends_costs_its_reading_and_nothing_else(
    company: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "read", hostile.read)
    monkeypatch.setattr(reading, "SECONDS", 0.3)
    bad, good = await respond(company, hostile.TRAP, satisfaction=2), await respond(company, "Fine", satisfaction=5)
    with confinement():
        await drain_all(company, SUBSCRIPTIONS)
    trapped, read = await experience(company, bad), await experience(company, good)
    assert (trapped.sentiment, trapped.satisfaction, trapped.comment) == ("none", 25, hostile.TRAP)
    assert read.sentiment == "positive"


async def test_neither_logs_nor_facts_nor_output_hold_a_word_of_a_comment(
    company: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    read = classifier.read

    def telling(texts: Any, *rest: Any, **more: Any) -> Any:
        if any("poison" in text for text in texts):
            raise ValueError(f"cannot read {texts}")
        return read(texts, *rest, **more)

    monkeypatch.setattr(classifier, "read", telling)
    caplog.set_level(logging.INFO)
    for comment in ("Ms Quillfeather was rude", "poison for Ms Quillfeather", "Quillfeather态度很差"):
        await respond(company, comment)
    await drain_all(company, SUBSCRIPTIONS)
    async with company.read() as session:
        facts = (await session.exec(select(Fact))).all()
    told = caplog.text + "".join(capfd.readouterr()) + repr([fact.data for fact in facts])
    assert "could not be read: ValueError" in told
    assert "quillfeather" not in told.lower()


async def test_a_classifier_that_is_broken_altogether_is_tried_again_later(
    company: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> Any:
        raise OSError

    monkeypatch.setattr(classifier, "read", broken)
    await respond(company, "Great help!", satisfaction=5)
    await drain_all(company, SUBSCRIPTIONS)
    assert await rows(company, Experience) == [0]
    async with company.read() as session:
        assert (await backlog(session)).waiting == 1


async def test_the_requester_of_the_ticket_is_the_person_when_the_response_names_none(company: Database) -> None:
    person = Person(key="wang", email="wang@acme.example")
    asked = await ticket(company, TicketKind.REQUEST)
    async with company.write() as session:
        session.add(person)
        await session.flush()
        (row,) = (await session.exec(select(Ticket).where(Ticket.id == asked))).all()
        row.requester_id = person.id
        session.add(row)
    said = await respond(company, "", asked, satisfaction=5)
    await drain_all(company, SUBSCRIPTIONS)
    assert (await experience(company, said)).person_id == person.id


async def test_an_experience_keeps_the_day_of_its_voice(company: Database) -> None:
    said = await respond(company, satisfaction=5)
    await drain_all(company, SUBSCRIPTIONS)
    found = await experience(company, said)
    assert abs(found.said_at - now()) < timedelta(minutes=5)
    assert found.day == found.said_at.date()
