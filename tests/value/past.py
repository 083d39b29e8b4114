"""An installation with months behind it: `python -m tests.value.past` writes it, before the server starts.

Two customers complain of one place each month until its improvement is begun, and praise it afterwards. At each of them
one person who may be written to and one whom nobody knows said so; what opens their pages is printed as JSON.
"""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from analysis.models import Moment, MomentFigure, MomentState
from analysis.schemas.figures import first_day, month_of
from analysis.schemas.voices import Voice
from core import clock
from core.db import Database
from core.ids import new_secret
from core.outbox import drain_all
from core.settings import settings
from feedback.models import Closeness, Kind
from feedback.schemas import Said
from feedback.service import anonymous, releasing
from journeys.models import Person
from surveys.schemas import Submission
from tests.support.company import make_company, understand_all
from tests.surveys import story
from tests.value.story import places_of, said_in
from web.worker import SUBSCRIPTIONS

PLACE, JUDGED_AFTER, BASELINE = "restoration", 3, 4  # months
CUSTOMERS = {"zh": "globex", "en": "acme"}
COMMENTS = {"en": "Restoring it took days, and nobody told me anything.", "zh": "故障修复拖了好几天，没人告诉我进展。"}
WORDS = {"en": "It took far too long until it worked again.", "zh": "修复太慢了，等了好几天才能用。"}


def day_of_start() -> date:
    """So that the day of judgement was some weeks ago."""
    return first_day(month_of(clock.now()) - JUDGED_AFTER - 2) + timedelta(days=9)


async def write_past(db: Database) -> dict[str, Any]:
    start = day_of_start()
    await make_company(db)
    await _months(db, month_of(start))
    with clock.at(datetime.combine(start - timedelta(days=20), time(9), UTC)):
        receipts = {language: await _speak(db, language) for language in CUSTOMERS}
        async with db.write() as session:
            await releasing.release(session, everything=True)
    with clock.at(datetime.combine(start - timedelta(days=19), time(9), UTC)):
        await drain_all(db, SUBSCRIPTIONS)
    moments = {language: str(await _moment(db, customer, start)) for language, customer in CUSTOMERS.items()}
    return {"start": start.isoformat(), "receipts": receipts, "moments": moments}


async def _months(db: Database, started: int) -> None:
    """Ten voices a month, at seven places of each customer."""
    voices = []
    for month in range(started - BASELINE, month_of(clock.now())):
        for customer in CUSTOMERS.values():
            for place in {PLACE, *await places_of(db)}:
                scores = (50, 75) if place != PLACE else (75, 100) if month > started else (25, 50)
                text = COMMENTS if place == PLACE and month == started else {}
                voices += [_voice(month, place, scores[n % 2], customer, text) for n in range(10)]
    await understand_all(db, voices)


def _voice(month: int, place: str, score: int, customer: str, comments: dict[str, str]) -> Voice:
    language = next(key for key, whose in CUSTOMERS.items() if whose == customer)
    return replace(said_in(month, place, score), customer=customer, language=language, text=comments.get(language, ""))


async def _speak(db: Database, language: str) -> str:
    """One with a name, who may be written to, and one without; the receipt of the latter."""
    customer, words = CUSTOMERS[language], WORDS[language]
    token = await story.link(db, f"INC-{language}", language=language, customer=customer)
    given = {"functional": 1, "emotional": 1, "satisfaction": 1, "comment": words, "contact": True}
    await story.reply(db, token, Submission(f"key-{language}", language, given))
    async with db.write() as session:
        for person in (await session.exec(select(Person))).all():
            person.email = person.email or f"dana-{language}@x.example"
            session.add(person)
        said = Said("web", new_secret(), words, Kind.COMPLAINT, "web", language=language, customer=customer)
        return await anonymous.post(session, replace(said, touchpoint=PLACE, closeness=Closeness.ANONYMOUS))


async def _moment(db: Database, customer: str, start: date) -> UUID:
    """Found some months before the start: its figures need thousands of journeys, which are counted elsewhere."""
    looked = first_day(month_of(start) - BASELINE - 1)
    shared: dict[str, Any] = {
        "kind": "negative_moment_of_truth", "state": MomentState.FOUND, "loss_per_100_visits": 12.0, "ci_low": 6.0,
        "ci_high": 18.0, "loss_per_100_journeys": 3.0, "n": 400, "method": "moments-1", "looked_on": looked,
    }  # fmt: skip
    segment = {"dimension": "customer", "value": customer}
    one = Moment(
        touchpoint=PLACE, persons=40, rank=1, first_detected=looked, figures={"effect": 0.4}, **segment, **shared
    )
    async with db.write() as session:
        session.add(one)
        await session.flush()
        session.add(MomentFigure(moment_id=one.id, bad_share=0.2, effect=0.4, **shared))
        return one.id


async def main() -> None:
    db = Database(settings().database_url)
    try:
        print(json.dumps(await write_past(db)))  # noqa: T201 - read by the test that asked for it
    finally:
        await db.close()


if __name__ == "__main__":
    asyncio.run(main())
