"""Words about a touchpoint, newest first and never all of them: the one place where reports read single voices."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, Mention
from analysis.queries.experiences import mentions_of
from analysis.queries.voices import released
from analysis.schemas.figures import Window

NEWEST = 100


async def newest_about(
    session: AsyncSession, scope: frozenset[str] | None, touchpoint: str, window: Window
) -> list[tuple[Experience, list[Mention]]]:
    """The newest comments that were made here, and the newest that speak of here, with their mentions."""
    found = {one.id: one for one in await _made_here(session, scope, touchpoint, window)}
    found |= {one.id: one for one in await _speaking_of(session, scope, touchpoint, window)}
    mentions = await mentions_of(session, found)
    return [(one, mentions.get(id_, [])) for id_, one in found.items()]


async def _made_here(
    session: AsyncSession, scope: frozenset[str] | None, touchpoint: str, window: Window
) -> Iterable[Experience]:
    statement = select(Experience).where(Experience.touchpoint == touchpoint, Experience.comment != "")
    newest = _seen(statement, scope, window).order_by(col(Experience.day).desc(), col(Experience.id)).limit(NEWEST)
    return list((await session.exec(newest)).all())


async def _speaking_of(
    session: AsyncSession, scope: frozenset[str] | None, touchpoint: str, window: Window
) -> Iterable[Experience]:
    statement = select(Experience).join(Mention, col(Mention.experience_id) == col(Experience.id))
    newest = _seen(statement.where(Mention.touchpoint == touchpoint), scope, window)
    return list((await session.exec(newest.order_by(col(Mention.id).desc()).limit(NEWEST))).all())


def _seen(statement: Any, scope: frozenset[str] | None, window: Window) -> Any:
    """In the period, and released to whoever sees these customers."""
    return statement.where(col(Experience.day) >= window.start, col(Experience.day) <= window.end, released(scope))
