"""Where the ticket behind a link stands. Most are over when they are asked about: for these nothing more is read."""

from core.db import Database
from journeys.schemas.progress import Progress, Step
from journeys.service.progress import progress_of
from surveys.schemas import Asked


async def standing(db: Database, asked: Asked) -> Progress | None:
    """None where there is no ticket, or its events do not tell."""
    if asked.ticket_id is None:
        return None
    if asked.over_on:
        return Progress(Step.DONE, asked.over_on)
    return await progress_of(db, asked.ticket_id)
