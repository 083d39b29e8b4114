"""Writing about moments of truth."""

from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Moment, MomentState
from core.clock import now

OPEN = (MomentState.WATCH, MomentState.FOUND, MomentState.RECOVERED, MomentState.WORSE)


async def mark_acted_on(session: AsyncSession, moment_id: UUID) -> bool:
    """Something is being done about it. Whether this was new; a moment that is gone, or acted on already, is left."""
    here = update(Moment).where(col(Moment.id) == moment_id, col(Moment.state).in_(OPEN))
    done: CursorResult[tuple[int]] = await session.exec(here.values(state=MomentState.ACTED_ON, acted_on_at=now()))
    return done.rowcount > 0
