"""Voices that may have led to something: what was said badly of a place before it was changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience
from feedback.models import Feedback, Kind, Matter

Scope = frozenset[str] | None
POOR = 50.0
SIDES = ("negative", "very_negative", "mixed")
MOST = 5000


async def voices_about(
    session: AsyncSession, scope: Scope, touchpoints: Iterable[str], since: date, until: date
) -> list[tuple[str, UUID]]:
    """Kind and id of the voices that were not content there, in these days, newest first. Whoever chose the word
    complaint was not, whatever the reading of their words makes of it."""
    poor: list[Any] = [col(getattr(Experience, name)) <= POOR for name in ("functional", "emotional", "satisfaction")]
    statement = (
        select(Experience.voice_kind, Experience.voice_id)
        .where(col(Experience.touchpoint).in_(list(touchpoints)), Experience.day >= since, Experience.day <= until)
        .where(or_(*poor, col(Experience.sentiment).in_(SIDES), *_complained()))
        .order_by(col(Experience.day).desc(), col(Experience.voice_id))
        .limit(MOST)
    )
    return [(str(kind), id_) for kind, id_ in (await session.exec(_within(statement, scope))).all()]


def _complained() -> list[Any]:
    """Named and anonymous ones."""
    known = select(Feedback.id).where(Feedback.id == Experience.voice_id, Feedback.kind == Kind.COMPLAINT)
    unknown = select(Matter.id).where(Matter.id == Experience.voice_id, Matter.kind == Kind.COMPLAINT)
    return [known.exists(), unknown.exists()]


async def voices_of(session: AsyncSession, scope: Scope, experience_ids: Iterable[UUID]) -> list[tuple[str, UUID]]:
    statement = select(Experience.voice_kind, Experience.voice_id).where(col(Experience.id).in_(list(experience_ids)))
    return [(str(kind), id_) for kind, id_ in (await session.exec(_within(statement, scope))).all()]


async def how_many(session: AsyncSession, scope: Scope, since: date, among: Any = None) -> int:
    """Voices since that day; only those whose id is in the statement `among`, if one is given."""
    statement: Any = select(func.count()).select_from(Experience).where(Experience.day >= since)
    if among is not None:
        statement = statement.where(col(Experience.voice_id).in_(among))
    return int((await session.exec(_within(statement, scope))).one())


def _within(statement: Any, scope: Scope) -> Any:
    return statement if scope is None else statement.where(col(Experience.customer).in_(scope))
