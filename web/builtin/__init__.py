"""What every installation starts with: one journey, its touchpoints, and the survey after a ticket."""

from pathlib import Path

import msgspec

from core.db import Database
from journeys.schemas.places import JourneyDefinition
from journeys.service.places import install_journey
from surveys.schemas import SurveyDefinition
from surveys.service.publishing import install_survey

HERE = Path(__file__).parent


def journey() -> JourneyDefinition:
    return msgspec.toml.decode((HERE / "journey.toml").read_bytes(), type=JourneyDefinition)


def post_ticket() -> SurveyDefinition:
    return msgspec.toml.decode((HERE / "post-ticket.toml").read_bytes(), type=SurveyDefinition)


async def install(db: Database) -> None:
    async with db.write() as session:
        await install_journey(session, journey())
        await install_survey(session, post_ticket())
