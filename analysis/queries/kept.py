"""How the people felt whose tickets were in the agreed time."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience
from journeys.models import Ticket

NEWEST = 20_000


class KeptAnswer(NamedTuple):
    """About a ticket whose agreed time was kept; `score` 0-100. What leaves here goes into the gate."""

    service: str
    score: float
    person: UUID


async def answers_about_kept(session: AsyncSession, scope: frozenset[str] | None, before: date) -> list[KeptAnswer]:
    """The newest ones before that day, so that the cost does not grow."""
    statement = (
        select(Experience.service, Experience.satisfaction, Experience.person_id, Experience.voice_id)
        .join(Ticket, col(Ticket.id) == col(Experience.ticket_id))
        .where(col(Experience.satisfaction).is_not(None), col(Ticket.sla_met).is_(True))
        .where(Experience.day < before)
    )
    if scope is not None:
        statement = statement.where(col(Experience.customer).in_(scope))
    rows = (await session.exec(statement.order_by(col(Experience.id).desc()).limit(NEWEST))).all()
    return [KeptAnswer(service, score, person or voice) for service, score, person, voice in rows if score is not None]
