"""Reports as they were made in the night, and whether there are so many voices that they are."""

from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, SettledReport
from analysis.schemas.figures import month_of
from core.ids import keyed_hash
from core.settings import settings

EVERYBODY = "*"


def key_of(scope: frozenset[str] | None) -> str:
    return EVERYBODY if scope is None else keyed_hash("scope", "\n".join(sorted(scope)))


async def settled(session: AsyncSession, name: str, scope: frozenset[str] | None, today: date) -> SettledReport | None:
    """None where it is of another month, or of another smallest group."""
    statement = select(SettledReport).where(
        SettledReport.name == name,
        SettledReport.scope == key_of(scope),
        SettledReport.month == month_of(today),
        SettledReport.smallest == settings().min_group,
    )
    return (await session.exec(statement)).first()


async def more_voices_than(session: AsyncSession, many: int) -> bool:
    statement = select(Experience.id).order_by(col(Experience.id)).offset(many).limit(1)
    return (await session.exec(statement)).first() is not None
