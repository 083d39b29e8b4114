"""Corrections, and the readings that they are about."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Correction, Experience

Scope = frozenset[str] | None


async def reading(session: AsyncSession, scope: Scope, experience_id: UUID) -> Experience | None:
    """An experience of one of the customers in scope; a stranger's looks like one that is not there."""
    found = await session.get(Experience, experience_id, populate_existing=True)
    return found if found and (scope is None or found.customer in scope) else None


async def corrections_of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[Correction]]:
    """By experience, in their order, those that were taken back among them."""
    found: dict[UUID, list[Correction]] = {}
    statement = select(Correction).where(col(Correction.experience_id).in_(list(ids))).order_by(col(Correction.id))
    for correction in (await session.exec(statement)).all():
        found.setdefault(correction.experience_id, []).append(correction)
    return found


async def standing(session: AsyncSession) -> Sequence[tuple[Correction, Experience]]:
    """All corrections that were not taken back, in their order, with what they are about."""
    statement = (
        select(Correction, Experience)
        .join(Experience, col(Experience.id) == col(Correction.experience_id))
        .where(col(Correction.undone_at).is_(None))
        .order_by(col(Correction.id))
    )
    return (await session.exec(statement)).all()


async def how_many_stand(session: AsyncSession) -> int:
    statement = select(func.count()).select_from(Correction).where(col(Correction.undone_at).is_(None))
    return (await session.exec(statement)).one()
