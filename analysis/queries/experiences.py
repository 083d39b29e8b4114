"""Experiences and mentions as they are stored: for recounting, and to know what was understood already."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Dimension, Experience, Mention, Rollup, VoiceKind
from analysis.schemas.figures import first_day, month_of


class Cell(NamedTuple):
    """One month of one touchpoint, service and customer, in one dimension."""

    month: date
    touchpoint: str
    service: str
    customer: str
    dimension: Dimension


async def understood(session: AsyncSession, kind: VoiceKind, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these voices are experiences already."""
    statement = select(Experience.voice_id).where(
        Experience.voice_kind == kind, col(Experience.voice_id).in_(list(ids))
    )
    return set((await session.exec(statement)).all())


async def months(session: AsyncSession) -> list[date]:
    """The first day of every month from the oldest to the newest experience or count."""
    bounds = [
        bound
        for table in (Experience, Rollup)
        for bound in (await session.exec(select(func.min(table.day), func.max(table.day)))).one()
        if bound is not None
    ]
    return [first_day(month) for month in range(month_of(min(bounds)), month_of(max(bounds)) + 1)] if bounds else []


def month_bounds(month: date) -> tuple[date, date]:
    """Its first day, and the first of the next month."""
    return first_day(month_of(month)), first_day(month_of(month) + 1)


async def of_month(
    session: AsyncSession, month: date, page: int
) -> AsyncIterator[list[tuple[Experience, list[Mention]]]]:
    """The experiences of one month with their mentions, so many at a time."""
    first, after = month_bounds(month)
    statement = select(Experience).where(col(Experience.day) >= first, col(Experience.day) < after)
    async for found in _pages(session, statement, page):
        yield found
        session.expunge_all()


async def _pages(
    session: AsyncSession, statement: Any, page: int
) -> AsyncIterator[list[tuple[Experience, list[Mention]]]]:
    statement = statement.order_by(col(Experience.id)).limit(page)
    last = None
    while True:
        further = statement if last is None else statement.where(col(Experience.id) > last)
        found = (await session.exec(further)).all()
        if not found:
            return
        mentions = await mentions_of(session, [one.id for one in found])
        yield [(one, mentions.get(one.id, [])) for one in found]
        last = found[-1].id


async def commented_since(session: AsyncSession, since: date, after: UUID | None, at_most: int) -> list[Experience]:
    """The next experiences with words, made since that day."""
    statement = select(Experience).where(col(Experience.day) >= since, Experience.comment != "")
    if after is not None:
        statement = statement.where(col(Experience.id) > after)
    return list((await session.exec(statement.order_by(col(Experience.id)).limit(at_most))).all())


async def mentions_of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[Mention]]:
    found: dict[UUID, list[Mention]] = {}
    for mention in (await session.exec(select(Mention).where(col(Mention.experience_id).in_(list(ids))))).all():
        found.setdefault(mention.experience_id, []).append(mention)
    return found
