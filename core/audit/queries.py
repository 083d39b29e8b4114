from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.models import AuditEntry


async def newest(session: AsyncSession) -> AuditEntry | None:
    return (await session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1))).first()


async def entries(
    session: AsyncSession, before: int | None = None, limit: int = 50, what: str = ""
) -> Sequence[AuditEntry]:
    """Newest first. `what`: of this kind alone, or of a family of kinds ("feedback" finds "feedback.glass_read")."""
    found = select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(limit)
    if before is not None:
        found = found.where(col(AuditEntry.number) < before)
    if what:
        found = found.where(
            (col(AuditEntry.what) == what) | col(AuditEntry.what).startswith(f"{what}.", autoescape=True)
        )
    return (await session.exec(found)).all()


async def after(session: AsyncSession, number: int, limit: int) -> Sequence[AuditEntry]:
    found = select(AuditEntry).where(col(AuditEntry.number) > number).order_by(col(AuditEntry.number)).limit(limit)
    return (await session.exec(found)).all()
