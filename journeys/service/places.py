"""Writing customers, people and journeys."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new, upsert
from core.ids import ordered_id
from core.outbox import announce
from journeys.events import TouchpointsChanged
from journeys.models import Customer, Journey, Person, Service, Touchpoint
from journeys.schemas.places import JourneyDefinition, TouchpointDefinition

TOUCHPOINT_COLUMNS = (
    "journey_id",
    "stage",
    "position",
    "name_en",
    "name_zh",
    "description_en",
    "description_zh",
    "keywords",
    "contexts",
    "value_stream",
    "practice",
    "visible",
)


async def install_journey(session: AsyncSession, definition: JourneyDefinition) -> None:
    """Create the journey and its touchpoints, or bring them to what the definition says."""
    row = {"id": ordered_id(), "key": definition.key, "name_en": definition.name.en, "name_zh": definition.name.zh}
    await upsert(session, Journey, [row], ["key"], ["name_en", "name_zh"])
    journey = (await session.exec(select(Journey).where(Journey.key == definition.key))).one()
    rows = [
        {"journey_id": journey.id, "position": position, **_columns(touchpoint)}
        for position, touchpoint in enumerate(definition.touchpoints)
    ]
    before = await _placing(session)
    await upsert(session, Touchpoint, rows, ["key"], TOUCHPOINT_COLUMNS)
    if before and await _placing(session) != before:
        await announce(session, TouchpointsChanged(now().isoformat()))


async def _placing(session: AsyncSession) -> list[tuple[object, ...]]:
    """Whatever of the touchpoints can place a voice."""
    names = ("key", "name_en", "name_zh", "description_en", "description_zh", "keywords", "contexts")
    statement = select(*(getattr(Touchpoint, name) for name in names)).order_by(col(Touchpoint.key))
    return [tuple(row) for row in (await session.exec(statement)).all()]


def _columns(touchpoint: TouchpointDefinition) -> dict[str, object]:
    return {
        "id": ordered_id(),
        "key": touchpoint.key,
        "stage": touchpoint.stage.value,
        "name_en": touchpoint.name.en,
        "name_zh": touchpoint.name.zh,
        "description_en": touchpoint.description.en,
        "description_zh": touchpoint.description.zh,
        "keywords": touchpoint.keywords,
        "contexts": touchpoint.contexts,
        "value_stream": touchpoint.value_stream,
        "practice": touchpoint.practice,
        "visible": touchpoint.visible,
    }


async def name_customer(session: AsyncSession, key: str, name: str) -> None:
    """Give a customer the name that reports show; tickets alone know only its key."""
    await upsert(session, Customer, [{"id": ordered_id(), "key": key, "name": name}], ["key"], ["name"])


async def name_service(session: AsyncSession, key: str, name: str) -> None:
    await upsert(session, Service, [{"id": ordered_id(), "key": key, "name": name}], ["key"], ["name"])


async def ensure_person(
    session: AsyncSession, key: str, email: str | None = None, language: str | None = None
) -> Person:
    """The person of that key, made if new; an address or language given here replaces the one known."""
    await insert_new(session, Person, [{"id": ordered_id(), "key": key}])
    person = (await session.exec(select(Person).where(col(Person.key) == key))).one()
    person.email = email or person.email
    person.language = language or person.language
    session.add(person)
    await session.flush()
    return person
