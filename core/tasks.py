"""What the jobs have before them, for people who look after an installation. No row of it holds a word of anybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as sa_select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.outbox import Delivery, Fact

NEW_FACTS = "(new facts)"


@dataclass(frozen=True)
class JobWait:
    """`waiting`: due now, or tried again soon. `later`: planned. `dead`: given up. Age of the oldest that is due."""

    job: str
    waiting: int
    later: int
    dead: int
    oldest_seconds: float


@dataclass(frozen=True)
class DeadLetter:
    fact_id: int
    name: str
    job: str
    attempts: int
    cause: str


async def waits(session: AsyncSession, at: datetime) -> list[JobWait]:
    """A row a job that has anything before it; facts that no job was given yet stand under a name of their own."""
    planned = (col(Delivery.due_at) > at) & (col(Delivery.attempts) == 0) & col(Delivery.lease).is_(None)
    due = ~planned & col(Delivery.dead).is_(False)
    dead = col(Delivery.dead).is_(True)
    counted: Any = sa_select(
        col(Delivery.job),
        func.sum(case((due, 1), else_=0)),
        func.sum(case((dead, 1), else_=0)),
        func.count(),
        func.min(case((due, col(Fact.not_before)))),
    )
    joined = (
        counted.join(Fact, col(Fact.id) == col(Delivery.fact_id))
        .group_by(col(Delivery.job))
        .order_by(col(Delivery.job))
    )
    rows = (await session.exec(joined)).all()
    found = [JobWait(job, n, all_ - n - gone, gone, _age(since, at)) for job, n, gone, all_, since in rows]
    new: Any = sa_select(func.count(), func.min(Fact.not_before)).where(col(Fact.fanned_out).is_(False))
    n, since = (await session.exec(new)).one()
    return [*found, JobWait(NEW_FACTS, n, 0, 0, _age(since, at))] if n else found


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0


async def dead_letters(session: AsyncSession, most: int) -> list[DeadLetter]:
    letters: Any = (
        sa_select(*(col(one) for one in (Delivery.fact_id, Fact.name, Delivery.job, Delivery.attempts, Delivery.cause)))
        .join(Fact, col(Fact.id) == col(Delivery.fact_id))
        .where(col(Delivery.dead).is_(True))
        .order_by(col(Delivery.job), col(Delivery.fact_id))
        .limit(most)
    )
    return [DeadLetter(*row) for row in (await session.exec(letters)).all()]
