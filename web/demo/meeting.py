"""Service reviews of the demo company, and the employee survey that one of its customers began."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from core import clock
from core.db import Database
from core.outbox import drain_all
from surveys.schemas import SurveyDefinition
from surveys.service import install_survey
from value.service import programmes, reviewing
from web.demo.worth import WHO
from web.worker import SUBSCRIPTIONS

RESULTS_WITHIN = timedelta(days=45)


class DemoReview(msgspec.Struct, frozen=True):
    """`held`: so many days ago."""

    customer: str
    held: int
    present: str
    notes: list[str]
    decisions: list[str]
    closed: bool


class DemoProgramme(msgspec.Struct, frozen=True):
    title: str
    customer: str
    survey: str
    sponsor: str
    purpose: str
    collection: str
    attributes: list[str]
    sample_percent: int
    begun: int


async def meet(db: Database, found: list[DemoReview], until: datetime) -> None:
    for one in found:
        with clock.at(until - timedelta(days=one.held)):
            await _hold(db, one)
    with clock.at(until):
        await drain_all(db, SUBSCRIPTIONS)


async def _hold(db: Database, one: DemoReview) -> None:
    theirs = frozenset([one.customer])
    async with db.write() as session:
        held = await reviewing.open_review(session, theirs, one.customer, clock.now().date(), one.present)
    said = [("note", text) for text in one.notes] + [("decision", text) for text in one.decisions]
    for version, (kind, text) in enumerate(said, 1):
        async with db.write() as session:
            await reviewing.record(session, theirs, held.id, WHO, kind, text, version)
    if one.closed:
        async with db.write() as session:
            await reviewing.close(session, theirs, held.id, len(said) + 1, closed=True)


async def ask_employees(db: Database, one: DemoProgramme, until: datetime) -> None:
    """Ready to be sent: a sample is drawn when somebody presses the button."""
    content = Path(__file__).with_name(f"{one.survey}.toml").read_bytes()
    async with db.write() as session:
        await install_survey(session, msgspec.toml.decode(content, type=SurveyDefinition))
    fields = msgspec.structs.asdict(one) | {"results_on": (until + RESULTS_WITHIN).date()}
    with clock.at(until - timedelta(days=fields.pop("begun"))):
        async with db.write() as session:
            await programmes.begin(session, frozenset([one.customer]), {**fields, "everyone": False})
