"""Two services, or before and after: Alice gets a verdict, a stranger too few answers, and a mistake a clear word."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlmodel import select

from analysis.models import Experience, VoiceKind
from core.db import Database
from journeys.models import Customer, Ticket, TicketKind
from surveys.models import Channel, Invitation, Mode, Response, Survey, SurveyVersion
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


async def test_a_change_for_the_better_is_told_with_an_interval(db: Database, alice: Visitor, charlie: Visitor) -> None:
    await make_company(
        db,
        [
            *(Says("delivery", score, people=20, days_ago=120) for score in (0, 25, 50)),
            *(Says("delivery", score, people=20, days_ago=20) for score in (50, 75, 100)),
        ],
    )
    address = "/compare?how=time&since=2026-05-01"
    text = (await alice.http.get(address)).text
    assert "Better. After the change: 50 points higher than before it" in text
    assert "Looked at whenever you like" in text
    assert "Too few answers to compare" in (await charlie.http.get(address)).text


async def test_two_services_that_are_alike_within_what_matters(db: Database, alice: Visitor) -> None:
    says = [Says("delivery", score, people=60, service=service) for service in ("laptop", "mail") for score in (50, 75)]
    await make_company(db, says)
    text = (await alice.http.get("/compare?how=services&one=laptop&other=mail&worthwhile=20")).text
    assert "No difference that matters" in text


async def answered(db: Database, survey: str, scores: list[int], customer: str = "acme", days_ago: int = 40) -> None:
    """A survey with one version, and what different people answered to it."""
    definition = {"key": survey, "title": {"en": f"Form {survey}", "zh": survey}}
    at = TODAY - timedelta(days=days_ago)
    async with db.write() as session:
        row = Survey(key=survey, mode=Mode.CONFIDENTIAL)
        session.add(row)
        await session.flush()
        version = SurveyVersion(survey_id=row.id, number=1, definition=definition, published_at=at)
        session.add(version)
        await session.flush()
        for score in scores:
            said = Response(
                version_id=version.id, submission_key=uuid4().hex, confirmation="", language="en", answers=[],
                received_at=at,
            )  # fmt: skip
            session.add(said)
            session.add(
                Experience(
                    voice_kind=VoiceKind.RESPONSE, voice_id=said.id, day=at.date(), said_at=at, customer=customer,
                    satisfaction=score,
                )
            )  # fmt: skip


async def test_two_variants_of_a_survey_are_compared(db: Database, alice: Visitor, charlie: Visitor) -> None:
    await make_company(db)
    await answered(db, "short", [75, 100] * 40)
    await answered(db, "long", [25, 50] * 40)
    await answered(db, "fresh", [0] * 80, days_ago=3)
    address = "/compare?how=surveys&one=short&other="
    text = (await alice.http.get(address + "long")).text
    assert "Better. Form short: 50 points higher than Form long" in text
    assert "where chance decides who is asked which" in text
    assert "Too few answers" in (await alice.http.get(address + "fresh")).text, "its month is not over"
    assert "Too few answers" in (await charlie.http.get(address + "long")).text
    assert (await alice.http.get(address + "short")).status_code == 422


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(db: Database, alice: Visitor) -> None:
    await make_company(db)
    answer = await alice.http.get("/compare?how=time&since=soon&worthwhile=900")
    assert answer.status_code == 422
    assert "A date looks like 2026-01-31" in answer.text
    assert 'value="900"' in answer.text
    answer = await alice.http.get("/compare?how=customers&one=acme&other=globex")
    assert answer.status_code == 422


async def invited(db: Database, survey: str, answers: int, silent: int) -> None:
    """By the only version of a survey, forty days ago, about a ticket of acme."""
    at = TODAY - timedelta(days=40)
    async with db.write() as session:
        version, own = (
            await session.exec(select(SurveyVersion, Survey).join(Survey).where(Survey.key == survey))
        ).one()
        acme = (await session.exec(select(Customer.id).where(Customer.key == "acme"))).one()
        ticket = Ticket(source="t", key=survey, kind=TicketKind.REQUEST, customer_id=acme)
        session.add(ticket)
        await session.flush()
        for n in range(answers + silent):
            session.add(
                Invitation(
                    survey_id=own.id, version_id=version.id, ticket_id=ticket.id, unit=f"{n}", asked=True,
                    channel=Channel.MAIL, decided_at=at, answered_at=at if n < answers else None,
                )
            )  # fmt: skip


async def test_two_variants_are_compared_by_how_many_answered(db: Database, alice: Visitor, charlie: Visitor) -> None:
    await make_company(db)
    for survey, answers, silent in (("short", 152, 48), ("long", 83, 120), ("rare", 3, 90)):
        await answered(db, survey, [])
        await invited(db, survey, answers, silent)
    address = "/compare?how=surveys&dimension=rate&one=short&other="
    text = (await alice.http.get(address + "long")).text
    assert "Better. Form short: 35 points higher than Form long" in text, "150 of 200 against 80 of 200, in steps of 5"
    assert "Too few answers" in (await alice.http.get(address + "rare")).text, (
        "three who answered are nobody's business"
    )
    assert "Too few answers" in (await charlie.http.get(address + "long")).text
    both = (await alice.http.get("/compare?how=services&dimension=rate&one=laptop&other=mail")).text
    assert "How many answered" not in both
