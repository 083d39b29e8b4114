"""The whole loop for somebody whom nobody knows: said anonymously, changed, measured, read behind the receipt."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from core import clock
from core.db import Database
from core.outbox import drain_all
from feedback.models import Matter
from feedback.service import releasing
from tests.conftest import Visitor
from tests.value.story import FIELDS, START, company_with_a_past
from value.events import ImprovementMeasured, JudgementDue
from value.jobs import judge_improvements, tell_what_came_out
from value.models import Audience, LinkKind, State
from value.service import register, steps
from value.service.telling import tell
from web.worker import SUBSCRIPTIONS

ACME = frozenset(["acme"])


async def thread(visitor: Visitor, receipt: str) -> dict[str, Any]:
    answer = await visitor.http.post("/api/v1/feedback/thread", json={"receipt": receipt})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_anonymous_person_reads_what_was_done_and_what_came_out(db: Database, visitor: Visitor) -> None:
    places = await company_with_a_past(db, 18)
    with clock.at(START - timedelta(days=20)):
        said = {"text": "The laptop came half set up.", "kind": "complaint", "anonymous": True}
        receipt = str((await visitor.http.post("/api/v1/feedback", json=said)).json()["receipt"])
        async with db.write() as session:
            await releasing.release(session, everything=True)
    with clock.at(START):
        async with db.write() as session:
            (matter,) = (await session.exec(select(Matter))).all()
            fields = {**FIELDS, "touchpoints": places[:1], "audience": Audience.EVERYBODY}
            links = [(LinkKind.FEEDBACK, matter.id)]
            one = await register.register(session, "alice", fields, ["acme"], links)
            for state in (State.PLANNED, State.DOING, State.DONE):
                one = await steps.move(session, ACME, one.id, "alice", state, one.version)
        await drain_all(db, SUBSCRIPTIONS)
        await drain_all(db, SUBSCRIPTIONS)
        (action,) = (await thread(visitor, receipt))["actions"]
        assert "Laptops are set up before they are handed over." in action["text"]
        assert "电脑在交付前已全部装好" in action["text"]
    with clock.at(START + timedelta(days=170)):
        await drain_all(db, SUBSCRIPTIONS)
        actions = (await thread(visitor, receipt))["actions"]
        assert len(actions) == 2
        assert "helped, by" in actions[1]["text"]
        assert "有效" in actions[1]["text"]
    public = (await visitor.http.get("/said-and-done?lang=en")).text
    assert "Laptops are set up before they are handed over." in public
    assert "helped, by" in public
    assert "half set up." not in public.replace("New laptops came half set up.", "")


async def test_a_verdict_that_is_in_first_is_told_all_the_same(db: Database, visitor: Visitor) -> None:
    """The change was made months ago and written down only now: both facts are new at once, in either order."""
    places = await company_with_a_past(db, 18)
    with clock.at(START):
        said = {"text": "The laptop came half set up.", "kind": "complaint", "anonymous": True}
        receipt = str((await visitor.http.post("/api/v1/feedback", json=said)).json()["receipt"])
        async with db.write() as session:
            await releasing.release(session, everything=True)
        async with db.write() as session:
            (matter,) = (await session.exec(select(Matter))).all()
            fields = {**FIELDS, "touchpoints": places[:1], "audience": Audience.EVERYBODY}
            one = await register.register(session, "alice", fields, ["acme"], [(LinkKind.FEEDBACK, matter.id)])
            for state in (State.PLANNED, State.DOING, State.DONE):
                one = await steps.move(session, ACME, one.id, "alice", state, one.version)
    with clock.at(START + timedelta(days=170)):
        judging = {JudgementDue: [judge_improvements], ImprovementMeasured: [tell_what_came_out]}
        await drain_all(db, judging)
        assert (await thread(visitor, receipt))["actions"] == []
        for _ in range(2):
            await tell(db, one.id)
        told = (await thread(visitor, receipt))["actions"]
        assert len(told) == 2
        assert "helped, by" in told[1]["text"]
