"""Comments to look for themes in, and the themes that were found."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, Mention, Released, ThemeSet
from analysis.queries.experiences import mentions_of
from analysis.queries.voices import WRITTEN, together
from core.ids import first_at, told_at

MENTIONS = 2  # of one place in one comment, at most, that still leave room for all the others
A_DAY = timedelta(days=1)  # ids tell UTC, days are the organisation's own


async def touchpoints_of(session: AsyncSession, voices: Collection[UUID]) -> set[str]:
    """Where the voices that are understood were made, and what they speak of."""
    ours = col(Experience.voice_id).in_(voices)
    made = select(Experience.touchpoint).where(ours).distinct()
    spoken = select(Mention.touchpoint).join(Experience, col(Experience.id) == col(Mention.experience_id)).where(ours)
    found = {*(await session.exec(made)).all(), *(await session.exec(spoken.distinct())).all()}
    return found - {""}


async def theme_sets(session: AsyncSession, touchpoints: Collection[str], customer: str) -> list[ThemeSet]:
    found = select(ThemeSet).where(col(ThemeSet.touchpoint).in_(touchpoints), ThemeSet.customer == customer)
    return list((await session.exec(found.order_by(col(ThemeSet.language)))).all())


async def sets_of(session: AsyncSession, touchpoint: str) -> list[ThemeSet]:
    return list((await session.exec(select(ThemeSet).where(ThemeSet.touchpoint == touchpoint))).all())


async def are_new(session: AsyncSession, touchpoint: str, seen: UUID | None, since: date, enough: int) -> bool:
    """Whether so many comments about a touchpoint came in since that one was seen; of none, since that day."""
    if seen is not None:
        since = max(since, told_at(seen).date() - A_DAY)
    newest = _newest(touchpoint, since, enough)
    found = select(newest.c.id).join(Experience, col(Experience.id) == newest.c.id).where(_told()).distinct()
    if seen is not None:
        found = found.where(newest.c.id > seen)
    return len((await session.exec(found.limit(enough))).all()) == enough


async def comments_about(
    session: AsyncSession, touchpoint: str, since: date, most: int
) -> Sequence[tuple[Experience, list[Mention]]]:
    """The newest comments that were made at a touchpoint or speak of it, with their mentions."""
    these = _told(), col(Experience.day) >= since, col(Experience.id).in_(select(_newest(touchpoint, since, most).c.id))
    rows = (await session.exec(select(Experience).where(*these).order_by(col(Experience.id).desc()).limit(most))).all()
    mentions = await mentions_of(session, [row.id for row in rows])
    return [(row, mentions.get(row.id, [])) for row in rows]


def _newest(touchpoint: str, since: date, most: int) -> Any:
    """The newest comments by id, read in the order of two indexes: made here, or speaking of here. Whichever way is
    longer ends at so many, so that it does not matter how many there are."""
    made: Any = select(col(Experience.id).label("id")).where(
        Experience.touchpoint == touchpoint, WRITTEN, _told(), col(Experience.day) >= since
    )
    speaking: Any = select(col(Mention.experience_id).label("id")).where(
        Mention.touchpoint == touchpoint, col(Mention.id) >= first_at(datetime.combine(since, time(), UTC) - A_DAY)
    )
    newest = col(Experience.day).desc(), col(Experience.id).desc()
    return together(
        [made.order_by(*newest).limit(most), speaking.order_by(col(Mention.id).desc()).limit(MENTIONS * most)]
    )


def _told() -> ColumnElement[bool]:
    return (col(Experience.comment) != "") & (col(Experience.released).op("&")(int(Released.ALL)) != 0)
