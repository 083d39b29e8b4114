"""Writing customers, people and journeys."""

import msgspec
from sqlalchemy import update
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
    "interaction",
    "retired",
)


async def install_journey(session: AsyncSession, definition: JourneyDefinition, *, whole: bool = False) -> Journey:
    """Create the journey and its touchpoints, or bring them to what the definition says.

    `whole`: the definition names all there is, and other touchpoints of the journey are retired.
    """
    row = {
        "id": ordered_id(),
        "key": definition.key,
        "name_en": definition.name.en,
        "name_zh": definition.name.zh,
        "personas": msgspec.to_builtins(definition.personas),
        "scenarios": msgspec.to_builtins(definition.scenarios),
    }
    await upsert(session, Journey, [row], ["key"], ["name_en", "name_zh", "personas", "scenarios"])
    journey = (await session.exec(select(Journey).where(Journey.key == definition.key))).one()
    rows = [
        {"journey_id": journey.id, "position": position, **_columns(touchpoint)}
        for position, touchpoint in enumerate(definition.touchpoints)
    ]
    before = await _placing(session)
    await upsert(session, Touchpoint, rows, ["key"], TOUCHPOINT_COLUMNS)
    if whole:
        await _retire_others(session, journey, [touchpoint.key for touchpoint in definition.touchpoints])
    if before and await _placing(session) != before:
        await announce(session, TouchpointsChanged(now().isoformat()))
    return journey


async def _retire_others(session: AsyncSession, journey: Journey, kept: list[str]) -> None:
    """What was said about them is kept; nothing new is placed there."""
    others = update(Touchpoint).where(col(Touchpoint.journey_id) == journey.id, col(Touchpoint.key).not_in(kept))
    await session.exec(others.values(retired=True))


async def _placing(session: AsyncSession) -> list[tuple[object, ...]]:
    """Whatever of the touchpoints can place a voice."""
    names = ("key", "retired", "name_en", "name_zh", "description_en", "description_zh", "keywords", "contexts")
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
        "interaction": touchpoint.interaction and touchpoint.visible,
        "retired": False,
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
