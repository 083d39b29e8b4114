"""What is kept how long; and what a person asks to be shown or forgotten."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.settings import settings
from feedback.models import Feedback, Matter
from feedback.rules.handling import may_go
from feedback.service.anonymous import remove


async def sweep(session: AsyncSession, today: date) -> int:
    """Delete for good what is past its day; how much that was. What nobody has read stays, and is shouted about."""
    due = (await session.exec(select(Matter).where(col(Matter.delete_on) <= today))).all()
    over = [one.id for one in due if may_go(one.state, one.delete_on, today, settings().delete_unread)]
    await erase(session, over)
    return len(over)


async def erase(session: AsyncSession, ids: Sequence[UUID]) -> None:
    await session.exec(delete(Feedback).where(col(Feedback.id).in_(ids)))
    await remove(session, ids)
