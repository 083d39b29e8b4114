"""A small company whose people speak: voices go through the classifier and the services, as in earnest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from analysis.models import Dimension, VoiceKind
from analysis.schemas.voices import Voice
from analysis.service.publication import publish
from analysis.service.reading import read_voices
from analysis.service.understanding import store
from core.clock import now
from core.db import Database, upsert
from core.ids import ordered_id
from journeys.models import Customer, Service
from journeys.queries.places import touchpoints
from journeys.service.places import install_journey
from web import builtin

SCORES = (Dimension.FUNCTIONAL, Dimension.EMOTIONAL, Dimension.SATISFACTION)
_spoken = count(1)
TODAY = datetime(2026, 6, 15, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Says:
    """One voice, and how often it is heard from different people; scores 0-100."""

    touchpoint: str
    score: float
    people: int = 1
    text: str = ""
    customer: str = "acme"
    service: str = "laptop"
    days_ago: int = 10
    person: UUID | None = None


async def make_company(db: Database, says: Iterable[Says] = ()) -> None:
    """The built-in journey, two customers, two services, and what was said, understood."""
    async with db.write() as session:
        await install_journey(session, builtin.journey())
        for table, names in ((Customer, {"acme": "Acme", "globex": "Globex"}), (Service, {"laptop": "Laptops"})):
            rows = [{"id": ordered_id(), "key": key, "name": name} for key, name in names.items()]
            await upsert(session, table, rows, ["key"], ["name"])
        await upsert(session, Service, [{"id": ordered_id(), "key": "mail", "name": "Mail"}], ["key"], ["name"])
    await speak(db, says)


async def speak(db: Database, says: Iterable[Says]) -> list[Voice]:
    voices = [voice for one in says for voice in voices_of(one)]
    await understand_all(db, voices)
    return voices


def voices_of(says: Says) -> list[Voice]:
    said_at = TODAY - timedelta(days=says.days_ago)
    voice = Voice(
        kind=VoiceKind.RESPONSE,
        id=uuid4(),
        said_at=said_at,
        text=says.text,
        language="en",
        channel="mail",
        scores=dict.fromkeys(SCORES, says.score),
        person_id=says.person,
        customer=says.customer,
        service=says.service,
        chosen=says.touchpoint,
    )
    return [replace(voice, id=_next_id(), person_id=says.person or uuid4()) for _ in range(says.people)]


def _next_id() -> UUID:
    """What was said at the same moment is read in the order in which it was told here."""
    random = uuid4().int
    return UUID(int=(random >> 76 << 76) | (2 << 62) | (next(_spoken) << 32) | (random & 0xFFFFFFFF))


async def understand_all(db: Database, voices: Sequence[Voice]) -> None:
    async with db.read() as session:
        places = await touchpoints(session)
    understood = read_voices(voices, places)
    async with db.write() as session:
        await store(session, understood)
        await publish(session, now())
