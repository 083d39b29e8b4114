"""What tells where a ticket stands: its own figures, its queue, and how long tickets like it took."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Ticket, TicketState
from journeys.schemas import TicketFlow
from journeys.schemas.progress import LikeIt

READ_BACK = timedelta(days=180)
NEWEST = 300


async def ticket(session: AsyncSession, ticket_id: UUID) -> Ticket | None:
    return (await session.exec(select(Ticket).where(Ticket.id == ticket_id))).first()


async def ahead_of(session: AsyncSession, ticket: Ticket) -> int | None:
    """How many older tickets wait for the same group; None where the queue is not known."""
    if not ticket.group or not ticket.opened_at:
        return None
    older = select(func.count()).select_from(Ticket).where(Ticket.source == ticket.source)
    older = older.where(Ticket.group == ticket.group, Ticket.state == TicketState.QUEUE)
    return (await session.exec(older.where(col(Ticket.opened_at) < ticket.opened_at))).one()


async def like_it(session: AsyncSession, ticket: Ticket, at: datetime) -> LikeIt:
    """Tickets of the same service and kind that were over lately, the newest of them."""
    alike = select(Ticket.flow).where(Ticket.kind == ticket.kind, col(Ticket.service_id) == ticket.service_id)
    over = alike.where(col(Ticket.resolved_at) > at - READ_BACK).order_by(col(Ticket.resolved_at).desc())
    flows = (await session.exec(over.limit(NEWEST))).all()
    return _times([msgspec.convert(flow, TicketFlow) for flow in flows if flow])


def _times(flows: Sequence[TicketFlow]) -> LikeIt:
    responses = [(one.opened_at, one.responded_at) for one in flows]
    resolutions = [(one.opened_at, one.resolved_at) for one in flows]
    return LikeIt(_seconds(responses), _seconds(resolutions))


def _seconds(spans: Sequence[tuple[datetime | None, datetime | None]]) -> list[float]:
    return [(end - begin).total_seconds() for begin, end in spans if begin and end]
