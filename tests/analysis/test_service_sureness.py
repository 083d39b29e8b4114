"""How sure: Alice sees who was asked and who answered for her customer, Charlie nothing, and nobody this month."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlmodel import select

from analysis.models import Experience, VoiceKind
from analysis.service.sureness import sureness
from core.db import Database
from journeys.models import Customer, Ticket, TicketKind
from surveys.models import Channel, Invitation, Mode, Response, Survey, SurveyVersion
from tests.conftest import Visitor
from tests.support.company import TODAY, make_company


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


async def asked(db: Database, n: int, answer: float | None, hours: float, days_ago: int = 60) -> None:
    async with db.write() as session:
        version = (await session.exec(select(SurveyVersion))).first()
        if version is None:
            survey = Survey(key="s", mode=Mode.CONFIDENTIAL)
            session.add(survey)
            await session.flush()
            version = SurveyVersion(survey_id=survey.id, number=1, definition={}, published_at=TODAY)
            session.add(version)
            await session.flush()
        acme = (await session.exec(select(Customer.id).where(Customer.key == "acme"))).one()
        at = TODAY - timedelta(days=days_ago)
        for _ in range(n):
            ticket = Ticket(source="t", key=f"{uuid4()}", kind=TicketKind.INCIDENT, customer_id=acme)
            session.add(ticket)
            await session.flush()
            invitation = Invitation(
                survey_id=version.survey_id, version_id=version.id, ticket_id=ticket.id, asked=True,
                channel=Channel.MAIL, decided_at=at, snapshot={"open_hours": hours, "handoffs": 0},
            )  # fmt: skip
            session.add(invitation)
            await session.flush()
            if answer is None:
                continue
            response = Response(
                invitation_id=invitation.id, version_id=version.id, ticket_id=ticket.id, submission_key=f"{uuid4()}",
                confirmation="", language="en", answers=[], received_at=at,
            )  # fmt: skip
            session.add(response)
            session.add(
                Experience(
                    voice_kind=VoiceKind.RESPONSE, voice_id=response.id, day=at.date(), said_at=at, customer="acme",
                    satisfaction=answer,
                )
            )  # fmt: skip


async def test_a_mean_that_only_the_quick_ones_gave_is_weighted(db: Database, alice: Visitor, charlie: Visitor) -> None:
    await make_company(db)
    await asked(db, 40, 100, hours=1)
    await asked(db, 10, None, hours=1)
    await asked(db, 10, 0, hours=200)
    await asked(db, 40, None, hours=200)
    await asked(db, 30, 0, hours=1, days_ago=1)
    async with db.read() as session:
        mine = await sureness(session, frozenset({"acme"}), TODAY.date())
        hers = await sureness(session, frozenset({"globex"}), TODAY.date())
    assert (mine.asked, mine.answered) == (100, 50)
    assert mine.silence is not None
    assert (mine.silence.raw.value, mine.silence.weighted.value, mine.silence.moved) == (80, 50, True)
    assert (mine.silence.worst, mine.silence.best) == (40, 90)
    assert {one.value: one.answered for one in mine.strata["open"]} == {"4": 40, "longer": 10}
    assert (hers.asked, hers.silence) == (None, None)
    assert "80 raw and 50 weighted" in (await alice.http.get("/how-sure")).text
    assert "Too few people were asked" in (await charlie.http.get("/how-sure")).text
