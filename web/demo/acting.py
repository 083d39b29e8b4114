"""What the demo company does about what it hears: improvements at every stage, through the same services."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from analysis.models import MomentState
from analysis.queries.moments import moments
from core import clock
from core.db import Database, Session
from core.outbox import Batch, Event, Job, drain_all
from feedback.events import AuthorToBeTold
from value.events import ImprovementDone
from value.models import Audience, Effort, Improvement, LinkKind, State
from value.schemas.measuring import Method
from value.service import register, steps
from value.service.telling import tell
from web.demo.meeting import DemoProgramme, DemoReview, ask_employees, meet
from web.demo.worth import WHO, DemoValue, map_value
from web.worker import SUBSCRIPTIONS

BEFORE_PLAN = 14  # days from the first note of it to the plan
FIELDS = (
    "title", "touchpoints", "owner", "vision", "problem", "hypothesis", "plan", "practice", "value_stream", "segment",
    "target", "expected", "margin", "judge_after", "method", "said_en", "said_zh", "done_en", "done_zh",
)  # fmt: skip


class DemoImprovement(msgspec.Struct, frozen=True):
    """Days count back from today; what is not reached yet is None. `everyone`: for all customers, not only those of
    the one manager."""

    title: str
    touchpoints: list[str]
    target: float
    owner: str = ""
    vision: str = ""
    problem: str = ""
    hypothesis: str = ""
    plan: str = ""
    practice: str = ""
    value_stream: str = ""
    segment: str = ""
    effort: Effort = Effort.UNKNOWN
    expected: float | None = None
    margin: float = 5.0
    judge_after: int = 6
    method: Method = Method.TOUCHPOINTS
    customer: str = ""
    everyone: bool = False
    planned: int | None = None
    started: int | None = None
    done: int | None = None
    due: int | None = None
    audience: Audience = Audience.NOBODY
    said_en: str = ""
    said_zh: str = ""
    done_en: str = ""
    done_zh: str = ""


class Acting(msgspec.Struct, frozen=True):
    improvements: list[DemoImprovement]
    value: DemoValue
    reviews: list[DemoReview]
    programme: DemoProgramme


async def act(db: Database, until: datetime, customers: list[str]) -> None:
    """`customers`: whose manager registers what belongs to no single one of them."""
    found = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Acting)
    for one in found.improvements:
        await _live(db, one, until, customers)
    following: dict[type[Event], list[Job]] = {
        **SUBSCRIPTIONS,
        ImprovementDone: [_told_without_mail],
        AuthorToBeTold: [_nobody_written_to],
    }
    with clock.at(until):
        await drain_all(db, following)
    await map_value(db, found.value, until, customers)
    await ask_employees(db, found.programme, until)
    await meet(db, found.reviews, until)


async def _live(db: Database, planned: DemoImprovement, until: datetime, customers: list[str]) -> None:
    days = {State.PLANNED: planned.planned, State.DOING: planned.started, State.DONE: planned.done}
    whose = [] if planned.everyone else [planned.customer] if planned.customer else customers
    fields: dict[str, Any] = {name: getattr(planned, name) for name in FIELDS}
    fields |= {"effort": planned.effort, "audience": planned.audience}
    if planned.due is not None:
        fields["due_on"] = (until - timedelta(days=planned.due)).date()
    with clock.at(until - timedelta(days=(planned.planned or 0) + BEFORE_PLAN)):
        async with db.write() as session:
            led = await _moments_known(session, planned, whose)
            one = await register.register(session, WHO, fields, whose, led)
    for state, ago in days.items():
        if ago is not None:
            with clock.at(until - timedelta(days=ago)):
                one = await _step(db, one, state, whose)


async def _moments_known(session: Session, planned: DemoImprovement, whose: list[str]) -> list[tuple[str, UUID]]:
    """Of its touchpoints, as far as they had been found by the day on which it is registered."""
    today = clock.now().date()
    found = await moments(session, frozenset(whose) or None, [MomentState.FOUND])
    here = [one for one in found if one.touchpoint in planned.touchpoints]
    return [(LinkKind.MOMENT, one.id) for one in here if one.first_detected <= today]


async def _step(db: Database, one: Improvement, state: State, whose: list[str]) -> Improvement:
    async with db.write() as session:
        return await steps.move(session, frozenset(whose) or None, one.id, WHO, state, one.version)


async def _told_without_mail(batch: Batch) -> None:
    """Everybody who would get a mail counts as told; the demo writes to nobody."""
    for fact in batch.data:
        await tell(batch.db, UUID(fact["improvement_id"]), send=_nobody)
    async with batch.finish():
        pass


async def _nobody_written_to(batch: Batch) -> None:
    async with batch.finish():
        pass


async def _nobody(_message: Any) -> None:
    """In place of a mail server."""
