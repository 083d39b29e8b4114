"""What was read of answers goes with them when their time is over; what was counted of them stays, without them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Correction, Experience, Mention, ThemeSet, WaitingAnswer
from core.db import lock
from core.months import Ids
from feedback.models import Matter
from surveys.models import Response


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


async def anything_stays(session: AsyncSession, ids: Ids, since: date, held: Any) -> bool:
    """Among what has its id between these, the second one apart. `since`, `held`: as in `take_out`."""
    for one in _staying(ids, since, held):
        if (await session.exec(one.limit(1))).first() is not None:
            return True
    return False


def _staying(ids: Ids, since: date, held: Any) -> Iterator[Any]:
    """Experiences and answers that are held or too young, answers that nobody has read, and mentions of experiences
    that lie in another month."""
    read, answered = _between(col(Experience.id), ids), _between(col(Response.id), ids)
    still_there = select(Matter.id).where(Matter.id == Experience.voice_id).exists()
    yield select(Experience.id).where(
        read, or_(col(Experience.day) >= since, col(Experience.voice_id).in_(held), still_there)
    )
    young = col(Response.received_at) >= datetime.combine(since, time(), UTC)
    understood = select(Experience.id).where(Experience.voice_id == Response.id).exists()
    yield select(Response.id).where(answered, or_(young, col(Response.id).in_(held), ~understood))
    elsewhere = select(Mention.id).join(Experience, col(Experience.id) == col(Mention.experience_id))
    yield elsewhere.where(_between(col(Mention.id), ids), ~read)


async def let_go_of_corrections(session: AsyncSession, ids: Ids) -> None:
    await session.exec(delete(Correction).where(_between(col(Correction.experience_id), ids)))


def _between(id_: Any, ids: Ids) -> Any:
    return and_(id_ >= ids[0], id_ < ids[1])


async def forget_who_waits(session: AsyncSession, since: date) -> None:
    """Scores that were never published, in groups too small to be, stand beside whose they are: they go with that."""
    await lock(session, WaitingAnswer)
    await session.exec(delete(WaitingAnswer).where(col(WaitingAnswer.month) < since))


async def forget_themes(session: AsyncSession, since: date) -> None:
    """Words of comments that go; they are looked for anew among those that are kept, when more comes in."""
    await session.exec(delete(ThemeSet).where(col(ThemeSet.since) < since))
