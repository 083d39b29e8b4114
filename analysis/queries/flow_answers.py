"""Answers beside the flow of the ticket that they are about: the newest ones before a day, so that the cost does not
grow."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience
from journeys.models import Ticket
from journeys.schemas import TicketFlow

NEWEST = 20_000


class Answered(NamedTuple):
    """`score` 0-100. What leaves here goes into the gate."""

    score: float
    person: UUID
    flow: TicketFlow


async def answered_tickets(session: AsyncSession, scope: frozenset[str] | None, before: date) -> list[Answered]:
    statement = (
        select(Experience.satisfaction, Experience.person_id, Experience.voice_id, Ticket.flow)
        .join(Ticket, col(Ticket.id) == col(Experience.ticket_id))
        .where(col(Experience.satisfaction).is_not(None), Experience.day < before)
    )
    if scope is not None:
        statement = statement.where(col(Experience.customer).in_(scope))
    rows = (await session.exec(statement.order_by(col(Experience.id).desc()).limit(NEWEST))).all()
    return [
        Answered(score, person or voice, msgspec.convert(flow, TicketFlow))
        for score, person, voice, flow in rows
        if flow and score is not None
    ]
