"""A year and a half of voices at six touchpoints, and an improvement at one of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from analysis.models import VoiceKind
from analysis.schemas.figures import first_day, month_of
from analysis.schemas.voices import Voice
from core.db import Database
from tests.support.company import SCORES, make_company, understand_all

START = datetime(2026, 1, 10, 9, tzinfo=UTC)
FIRST = month_of(START) - 12
PLACES = ("laptop-delivery", "vpn", "password", "portal", "advice", "telephone")
FIELDS: dict[str, Any] = {
    "title": "Laptops come with everything installed",
    "owner": "Bea",
    "hypothesis": "Then nobody waits for a second visit",
    "touchpoints": [],
    "dimension": "satisfaction",
    "target": 60.0,
    "margin": 8.0,
    "judge_after": 4,
    "done_en": "Laptops are set up before they are handed over.",
    "done_zh": "电脑在交付前已全部装好。",
    "said_en": "New laptops came half set up.",
    "said_zh": "新电脑送来时没装好。",
}


def said_in(month: int, touchpoint: str, score: float, person: UUID | None = None) -> Voice:
    first = first_day(month)
    return Voice(
        kind=VoiceKind.RESPONSE,
        id=uuid4(),
        said_at=datetime(first.year, first.month, 12, 10, tzinfo=UTC),
        text="",
        language="en",
        channel="mail",
        scores=dict.fromkeys(SCORES, score),
        person_id=person or uuid4(),
        customer="acme",
        service="laptop",
        chosen=touchpoint,
    )


async def places_of(db: Database) -> list[str]:
    from journeys.queries.places import touchpoints

    async with db.read() as session:
        return [one.key for one in await touchpoints(session)][:7]


async def company_with_a_past(db: Database, months: int, better: Sequence[float] = (75, 100)) -> list[str]:
    """Ten voices a month everywhere; from month 12 on (after the start) the first place is as `better`, else it is
    between 25 and 50. Returns the places, the improved one first."""
    await make_company(db)
    places = await places_of(db)
    voices = []
    for number in range(months):
        for place in places:
            scores = (50, 75) if place != places[0] else better if number > 12 else (25, 50)
            voices += [said_in(FIRST + number, place, scores[n % 2]) for n in range(10)]
    await understand_all(db, voices)
    return places
