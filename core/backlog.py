"""What waits to be done, and what was given up: seen, and tried again by a person."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, and_, case, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import after_commit
from core.outbox import Delivery, Fact
from core.waking import wake


async def replay(session: AsyncSession, job: str | None = None) -> int:
    """Give every dead letter, or those of one job, a fresh set of tries."""
    dead = [col(Delivery.dead).is_(True), *([col(Delivery.job) == job] if job else [])]
    again = update(Delivery).where(*dead).values(dead=False, attempts=0, due_at=now())
    revived: CursorResult[Any] = await session.exec(again)
    after_commit(session, wake)
    return revived.rowcount


@dataclass(frozen=True)
class Backlog:
    """`waiting`: to be done now, or failed and tried again. `later`: planned for another time. `dead`: given up."""

    waiting: int
    dead: int
    later: int = 0


async def backlog(session: AsyncSession) -> Backlog:
    new = (await session.exec(select(func.count()).where(col(Fact.fanned_out).is_(False)))).one()
    planned = and_(col(Delivery.due_at) > now(), col(Delivery.attempts) == 0)
    state = case((col(Delivery.dead).is_(True), "dead"), (planned, "later"), else_="waiting")
    counts = {str(name): n for name, n in (await session.exec(select(state, func.count()).group_by(state))).all()}
    return Backlog(new + counts.get("waiting", 0), counts.get("dead", 0), counts.get("later", 0))
