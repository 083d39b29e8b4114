"""Comments to look for themes in, and the themes that were found."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, Mention, Released, ThemeSet
from analysis.queries.experiences import mentions_of


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


async def new_comments(session: AsyncSession, touchpoint: str, seen: UUID | None) -> int:
    """How many comments about a touchpoint came in since."""
    counted = select(func.count(func.distinct(Experience.id))).where(_about(touchpoint))
    if seen is not None:
        counted = counted.where(col(Experience.id) > seen)
    return int((await session.exec(counted)).one())


async def comments_about(
    session: AsyncSession, touchpoint: str, since: date, most: int
) -> Sequence[tuple[Experience, list[Mention]]]:
    """The newest comments that were made at a touchpoint or speak of it, with their mentions."""
    newest = select(Experience).where(_about(touchpoint), col(Experience.day) >= since)
    rows = list((await session.exec(newest.order_by(col(Experience.id).desc()).limit(most))).all())
    mentions = await mentions_of(session, [row.id for row in rows])
    return [(row, mentions.get(row.id, [])) for row in rows]


def _about(touchpoint: str) -> ColumnElement[bool]:
    speaking = select(Mention.experience_id).where(Mention.touchpoint == touchpoint)
    here = or_(col(Experience.touchpoint) == touchpoint, col(Experience.id).in_(speaking))
    told = col(Experience.released).op("&")(int(Released.ALL)) != 0
    return (col(Experience.comment) != "") & told & here
