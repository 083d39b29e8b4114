"""Flow against experience: Alice learns from which wait on her people are less content, Charlie nothing of it."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from sqlmodel import select

from analysis.models import Experience, VoiceKind
from analysis.service.flow_experience import flow_breaks
from core.db import Database
from core.ids import ordered_id
from journeys.models import Customer, Ticket, TicketKind
from journeys.schemas import TicketFlow
from tests.support.company import TODAY, make_company


async def answered(db: Database, hours: float, score: float, n: int) -> None:
    async with db.write() as session:
        acme = (await session.exec(select(Customer.id).where(Customer.key == "acme"))).one()
        for _ in range(n):
            flow = msgspec.to_builtins(TicketFlow(active_s=600, waiting_s=hours * 3600))
            ticket = Ticket(source="t", key=f"{uuid4()}", kind=TicketKind.REQUEST, customer_id=acme, flow=flow)
            session.add(ticket)
            await session.flush()
            session.add(
                Experience(
                    id=ordered_id(),
                    voice_kind=VoiceKind.RESPONSE,
                    voice_id=uuid4(),
                    ticket_id=ticket.id,
                    day=(TODAY - timedelta(days=20)).date(),
                    said_at=TODAY - timedelta(days=20),
                    customer="acme",
                    satisfaction=score,
                )
            )


async def test_a_break_is_told_with_both_means_to_who_may_see_it(db: Database) -> None:
    await make_company(db)
    for hours, scores in ((3.0, (75, 100)), (10.0, (75, 100)), (30.0, (0, 50)), (60.0, (25, 50))):
        for score in scores:
            await answered(db, hours, score, 12)
    async with db.read() as session:
        mine = await flow_breaks(session, frozenset({"acme"}), TODAY.date())
        hers = await flow_breaks(session, frozenset({"globex"}), TODAY.date())
    found = mine["waiting"]
    assert found is not None
    assert (found.at, found.before.n, found.after.n) == (24.0, 48, 48)
    assert found.before.value == pytest.approx(87.5)
    assert mine["handoffs"] is None
    assert hers == dict.fromkeys(hers)


async def test_no_answers_are_no_break(db: Database) -> None:
    await make_company(db)
    async with db.read() as session:
        assert set((await flow_breaks(session, None, TODAY.date())).values()) == {None}
