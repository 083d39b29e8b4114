"""Words about a touchpoint, newest first and never all of them: the one place where reports read single voices."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, Mention
from analysis.queries.experiences import mentions_of
from analysis.queries.voices import WRITTEN, by_customer, released, together
from analysis.schemas.figures import Window

NEWEST, MENTIONS = 100, 2_000  # comments that are wanted; mentions that are looked through for them


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
    newest = col(Experience.day).desc(), col(Experience.id).desc()
    ids: Any = select(col(Experience.day).label("day"), col(Experience.id).label("id")).where(
        Experience.touchpoint == touchpoint, *_seen(scope, window)
    )
    each = together([ids.where(*of).order_by(*newest).limit(NEWEST) for of in by_customer(scope)])
    statement = select(Experience).join(each, each.c.id == Experience.id).order_by(*newest).limit(NEWEST)
    return list((await session.exec(statement)).all())


async def _speaking_of(
    session: AsyncSession, scope: frozenset[str] | None, touchpoint: str, window: Window
) -> Iterable[Experience]:
    speaking = select(Mention.id, Mention.experience_id).where(Mention.touchpoint == touchpoint)
    newest = speaking.order_by(col(Mention.id).desc()).limit(MENTIONS).subquery()
    statement = select(Experience).join(newest, newest.c.experience_id == Experience.id).where(*_seen(scope, window))
    return list((await session.exec(statement.order_by(newest.c.id.desc()).limit(NEWEST))).all())


def _seen(scope: frozenset[str] | None, window: Window) -> tuple[Any, ...]:
    """Written in the period, and released to whoever sees these customers."""
    # Of one customer the index by touchpoint and customer is better, which a database takes only where it has to.
    written = WRITTEN if scope is None else Experience.comment != ""
    return written, col(Experience.day) >= window.start, col(Experience.day) <= window.end, released(scope)
