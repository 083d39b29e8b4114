"""The dialogue behind a receipt. Looking leaves no trace."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from feedback.models import Matter, Message, Receipt, State, WaitingMark, WaitingPost


async def behind(session: AsyncSession, hashes: Sequence[str]) -> Matter | None:
    found = (
        select(Matter)
        .join(Receipt, col(Receipt.matter_id) == col(Matter.id))
        .where(col(Receipt.hash).in_(list(hashes)))
    )
    return (await session.exec(found)).first()


async def waiting(session: AsyncSession, marks: Sequence[str]) -> Sequence[WaitingPost]:
    found = (
        select(WaitingPost)
        .join(WaitingMark, col(WaitingMark.post_id) == col(WaitingPost.id))
        .where(col(WaitingMark.mark).in_(list(marks)))
    )
    return (await session.exec(found)).unique().all()


async def messages(session: AsyncSession, matter_ids: Sequence[UUID]) -> Sequence[Message]:
    """In their order."""
    found = select(Message).where(col(Message.matter_id).in_(list(matter_ids)))
    return (await session.exec(found.order_by(col(Message.day), col(Message.place)))).all()


async def how_many_before(session: AsyncSession, day: date) -> int:
    """Unanswered matters that were there before that day."""
    waiting = col(Matter.state).in_([State.NEW, State.SEEN])
    found = select(func.count()).select_from(Matter).where(waiting, Matter.day < day, col(Matter.into_id).is_(None))
    return (await session.exec(found)).one()


async def how_many_messages(session: AsyncSession, matter_id: UUID) -> int:
    found = select(func.count()).select_from(Message).where(Message.matter_id == matter_id)
    return (await session.exec(found)).one()
