"""What every installation starts with: one journey, its touchpoints, and the survey after a ticket."""

from pathlib import Path

import msgspec

from core.db import Database
from journeys.schemas.places import JourneyDefinition
from journeys.service.places import install_journey

HERE = Path(__file__).parent


def journey() -> JourneyDefinition:
    return msgspec.toml.decode((HERE / "journey.toml").read_bytes(), type=JourneyDefinition)


async def install(db: Database) -> None:
    async with db.write() as session:
        await install_journey(session, journey())
