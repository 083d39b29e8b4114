"""What was read of answers goes with them when their time is over; what was counted of them stays, without them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Correction, Experience, Mention, ThemeSet, WaitingAnswer
from core.db import lock
from feedback.models import Matter


async def take_out(session: AsyncSession, since: date, held: Any, at_most: int) -> list[UUID]:
    """Delete the oldest of what was said before that day: experiences, mentions and corrections; the voices they were
    made of. `held`: a statement of the ids of voices that stay. Of feedback it stays until that has gone itself."""
    rows = (await session.exec(_past(since, held).limit(at_most))).all()
    ids = [id_ for id_, _voice in rows]
    for table in (Correction, Mention):
        await session.exec(delete(table).where(col(table.experience_id).in_(ids)))
    await session.exec(delete(Experience).where(col(Experience.id).in_(ids)))
    return [voice for _id, voice in rows]


def _past(since: date, held: Any) -> Any:
    still_there = select(Matter.id).where(Matter.id == Experience.voice_id)
    return (
        select(Experience.id, Experience.voice_id)
        .where(Experience.day < since, col(Experience.voice_id).not_in(held), ~still_there.exists())
        .order_by(col(Experience.day), col(Experience.id))
    )


async def forget_who_waits(session: AsyncSession, since: date) -> None:
    """Scores that were never published, in groups too small to be, stand beside whose they are: they go with that."""
    await lock(session, WaitingAnswer)
    await session.exec(delete(WaitingAnswer).where(col(WaitingAnswer.month) < since))


async def forget_themes(session: AsyncSession, since: date) -> None:
    """Words of comments that go; they are looked for anew among those that are kept, when more comes in."""
    await session.exec(delete(ThemeSet).where(col(ThemeSet.since) < since))
