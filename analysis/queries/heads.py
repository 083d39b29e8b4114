"""Versions of the classifier that were learnt here, and how many readings are of which."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.classifier import VERSION
from analysis.models import ClassifierHead, Comparison, Correction, Experience, HeadState


async def current_version(session: AsyncSession) -> str:
    """What new comments are read by. A version learnt for an earlier shipped one fits this one no longer."""
    statement = select(ClassifierHead.version).where(
        ClassifierHead.state == HeadState.CURRENT, ClassifierHead.base == VERSION
    )
    return (await session.exec(statement)).first() or VERSION


async def head_bytes(session: AsyncSession, version: str) -> bytes | None:
    statement = select(ClassifierHead.head).where(ClassifierHead.version == version, ClassifierHead.base == VERSION)
    return (await session.exec(statement)).first()


async def heads(session: AsyncSession) -> Sequence[ClassifierHead]:
    """All of them without their bytes, the oldest first."""
    light = defer(ClassifierHead.head, raiseload=True)  # type: ignore[arg-type]
    statement = select(ClassifierHead).options(light).order_by(col(ClassifierHead.made_at), col(ClassifierHead.number))
    return (await session.exec(statement)).all()


async def corrected_since(session: AsyncSession, moment: datetime | None) -> int:
    """Corrections that were made or taken back since; all that stand where nothing was learnt yet."""
    counted = select(func.count()).select_from(Correction)
    if moment is None:
        return (await session.exec(counted.where(col(Correction.undone_at).is_(None)))).one()
    since = or_(col(Correction.made_at) > moment, col(Correction.undone_at) > moment)
    return (await session.exec(counted.where(since))).one()


async def readings_by_version(session: AsyncSession) -> dict[tuple[str, str], int]:
    """How many experiences were read by which version, with which touchpoints."""
    statement = select(Experience.classifier, Experience.places, func.count()).group_by(
        col(Experience.classifier), col(Experience.places)
    )
    return {(classifier, places): n for classifier, places, n in (await session.exec(statement)).all()}


async def outdated(
    session: AsyncSession, within: tuple[UUID | None, UUID | None], version: str, places: str, at_most: int
) -> Sequence[Experience]:
    """The next experiences that another version read, or that knew other touchpoints; `within`: after and up to."""
    after, until = within
    statement = select(Experience).where(_read_otherwise(version, places))
    if after is not None:
        statement = statement.where(col(Experience.id) > after)
    if until is not None:
        statement = statement.where(col(Experience.id) <= until)
    return (await session.exec(statement.order_by(col(Experience.id)).limit(at_most))).all()


async def every_nth_outdated(session: AsyncSession, version: str, places: str, n: int) -> Sequence[UUID]:
    """Ids at which shards of so many end."""
    numbered = (
        select(Experience.id, func.row_number().over(order_by=col(Experience.id)).label("number"))
        .where(_read_otherwise(version, places))
        .subquery()
    )
    ends = select(numbered.c.id).where(numbered.c.number % n == 0).order_by(numbered.c.id)
    return (await session.exec(ends)).all()


def _read_otherwise(version: str, places: str) -> Any:
    return or_(col(Experience.classifier) != version, col(Experience.places) != places)


async def newest_comparison(session: AsyncSession) -> Comparison | None:
    return (await session.exec(select(Comparison).order_by(col(Comparison.id).desc()).limit(1))).first()
