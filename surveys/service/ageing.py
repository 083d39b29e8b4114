"""Answers go when they have been kept for as long as was said: whole months, and only sums of them remain."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import insert_new, lock
from core.months import Ids
from surveys.models import AnswersKept, Response, ResponseOrigin
from surveys.queries.ageing import kept, kept_since


async def still_kept_since(session: AsyncSession) -> date:
    """The same until the end of this transaction: whoever counts what is kept must not find it gone halfway."""
    await lock(session, AnswersKept, shared=True)
    return await kept_since(session)


async def move_on(session: AsyncSession, since: date) -> bool:
    """From now on answers are kept from that month on; False where that was so before. It never moves back: what has
    gone does not come again."""
    found = await kept(session)
    if found is None:
        return await insert_new(session, AnswersKept, [{"id": 1, "since": since, "settled": False}]) > 0
    if found.since >= since:
        return False
    found.since, found.settled = since, False
    session.add(found)
    await session.flush()
    return True


async def settle(session: AsyncSession) -> None:
    found = await kept(session)
    if found:
        found.settled = True
        session.add(found)


async def let_go(session: AsyncSession, ids: Collection[UUID]) -> None:
    """These answers, and where they came from. How they were asked for stays: nobody is asked twice."""
    await session.exec(delete(ResponseOrigin).where(col(ResponseOrigin.response_id).in_(ids)))
    await session.exec(delete(Response).where(col(Response.id).in_(ids)))


async def let_go_of_origins(session: AsyncSession, ids: Ids) -> None:
    """Of the answers whose ids lie between these, the second one apart."""
    id_ = col(ResponseOrigin.response_id)
    await session.exec(delete(ResponseOrigin).where(id_ >= ids[0], id_ < ids[1]))
