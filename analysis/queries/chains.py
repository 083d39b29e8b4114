"""What people said and what they are counted by: what the counting of moments reads."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, MomentChain, MomentParameters, MomentTotal
from core.db import for_claiming

UNKNOWN = None


# What is counted of a voice: whole rows of many take much longer.
SAID: list[Any] = [
    getattr(Experience, name)
    for name in (
        "voice_id", "person_id", "ticket_id", "said_at", "touchpoint", "customer", "service", "channel",
        "functional", "emotional", "satisfaction", "overall", "sentiment", "sentiment_score", "sentiment_confidence",
    )
]  # fmt: skip


async def said_by(session: AsyncSession, persons: Collection[UUID]) -> list[Any]:
    """All voices of these people, with the columns `SAID`; a voice of nobody known is asked for by its own id."""
    mine = or_(
        col(Experience.person_id).in_(persons),
        col(Experience.person_id).is_(UNKNOWN) & col(Experience.voice_id).in_(persons),
    )
    return list((await session.exec(select(*SAID).where(mine))).all())


async def speakers(session: AsyncSession, after: UUID | None, at_most: int) -> tuple[set[UUID], UUID | None]:
    """The people behind the next experiences, and where the next page begins; for counting all of them again."""
    statement = select(Experience.id, Experience.person_id, Experience.voice_id).order_by(col(Experience.id))
    if after:
        statement = statement.where(col(Experience.id) > after)
    rows = (await session.exec(statement.limit(at_most))).all()
    return {person or voice for _, person, voice in rows}, rows[-1][0] if len(rows) == at_most else None


async def newest_parameters(session: AsyncSession) -> MomentParameters | None:
    newest = select(MomentParameters).order_by(col(MomentParameters.version).desc()).limit(1)
    return (await session.exec(newest)).first()


async def parameters_of(session: AsyncSession, versions: Collection[int]) -> dict[int, MomentParameters]:
    statement = select(MomentParameters).where(col(MomentParameters.version).in_(versions))
    return {found.version: found for found in (await session.exec(statement)).all()}


async def to_count(session: AsyncSession, version: int, at_most: int) -> list[MomentChain]:
    """Chains that are out of date, held until the end of the transaction."""
    statement = select(MomentChain).where(_outdated(version)).order_by(col(MomentChain.person)).limit(at_most)
    return list((await session.exec(for_claiming(session, statement))).all())


async def page(session: AsyncSession, after: UUID | None, at_most: int) -> Sequence[MomentChain]:
    """The next of everybody, held until the end of the transaction."""
    statement = select(MomentChain).order_by(col(MomentChain.person)).limit(at_most).with_for_update()
    if after:
        statement = statement.where(col(MomentChain.person) > after)
    return (await session.exec(statement)).all()


async def sample(session: AsyncSession, below: int) -> Sequence[bytes]:
    """Visits of the people whose draw is below a number."""
    order = col(MomentChain.draw), col(MomentChain.person)  # as the index has them: by person alone all would be walked
    statement = select(MomentChain.visits).where(col(MomentChain.draw) < below).order_by(*order)
    return (await session.exec(statement)).all()


async def size(session: AsyncSession) -> tuple[int, int]:
    """How many of the people counted ever answered, and how many answers they gave: from the totals, which are few."""
    rows = (await session.exec(select(MomentTotal.persons, MomentTotal.answers))).all()
    return sum(persons for persons, _ in rows), sum(answers for _, answers in rows)


async def people(session: AsyncSession) -> int:
    return (await session.exec(select(func.count()).select_from(MomentChain))).one()


async def waiting(session: AsyncSession) -> int:
    """How many people are to be counted anew."""
    newest = await newest_parameters(session)
    statement = select(func.count()).select_from(MomentChain).where(_outdated(newest.version if newest else 0))
    return (await session.exec(statement)).one()


async def anybody_stale(session: AsyncSession) -> bool:
    statement = select(MomentChain.person).where(col(MomentChain.stale).is_(True)).limit(1)
    return (await session.exec(statement)).first() is not None


def _outdated(version: int) -> Any:
    return or_(col(MomentChain.stale).is_(True), col(MomentChain.parameters) < version)
