"""That a person had the form before them: the first time counts."""

from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from surveys.models import Invitation
from surveys.schemas import Step


async def record_step(session: AsyncSession, invitation_id: UUID, step: Step) -> None:
    """Whoever started has opened it too."""
    first = {"opened_at": func.coalesce(col(Invitation.opened_at), now())}
    if step is Step.STARTED:
        first["started_at"] = func.coalesce(col(Invitation.started_at), now())
    open_ = col(Invitation.id) == invitation_id, col(Invitation.answered_at).is_(None)
    await session.exec(update(Invitation).where(*open_).values(**first))
