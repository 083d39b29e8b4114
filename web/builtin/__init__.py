"""What every installation starts with: a journey, its touchpoints, surveys after a ticket and a whole matter,
and the form of what was said elsewhere."""

from pathlib import Path

import msgspec

from core.db import Database, Session
from journeys.queries import places
from journeys.schemas.places import JourneyDefinition
from journeys.service.places import install_journey
from surveys.schemas import SurveyDefinition
from surveys.service.publishing import install_survey

HERE = Path(__file__).parent


def journey() -> JourneyDefinition:
    return msgspec.toml.decode((HERE / "journey.toml").read_bytes(), type=JourneyDefinition)


def post_ticket() -> SurveyDefinition:
    return _survey("post-ticket")


def journey_end() -> SurveyDefinition:
    return _survey("journey-end")


def elsewhere() -> SurveyDefinition:
    return _survey("elsewhere")


def _survey(key: str) -> SurveyDefinition:
    return msgspec.toml.decode((HERE / f"{key}.toml").read_bytes(), type=SurveyDefinition)


def hook_mapping(system: str) -> str:
    """How the payloads of a system are read, until its administrator says otherwise."""
    return (HERE / "hooks" / f"{system}.toml").read_text("utf-8")


async def install(db: Database) -> None:
    async with db.write() as session:
        if not await _is_edited(session, journey().key):
            await install_journey(session, journey())
        await install_survey(session, post_ticket())
        await install_survey(session, journey_end())
        await install_survey(session, elsewhere())


async def _is_edited(session: Session, key: str) -> bool:
    """A journey that people made their own is left alone."""
    known = await places.journey(session, key)
    return known is not None and bool(await places.versions(session, known.id))
