"""What tells where a ticket stands: its own figures, its queue, and how long tickets like it took."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, case, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Ticket, TicketKind, TicketState
from journeys.schemas import TicketFlow
from journeys.schemas.progress import LikeIt, Stand

READ_BACK = timedelta(days=180)
NEWEST = 300


async def stands(session: AsyncSession, ticket_ids: Sequence[UUID]) -> list[Stand | None]:
    """Where each of them stands, in one look; None: there is no such ticket, or no event told of it."""
    rows = (await (await session.connection()).execute(_stands(), {"ids": sorted(set(ticket_ids))})).all()
    found = {
        row.id: Stand(msgspec.convert(row.flow, TicketFlow), row.ahead, row.kind, row.service_id)
        for row in rows
        if row.flow
    }
    return [found.get(id_) for id_ in ticket_ids]


@cache
def _stands() -> Any:
    """Made once: to put the statement together takes longer than to run it."""
    ids: Any = bindparam("ids", expanding=True)
    statement: Any = select(Ticket.id, Ticket.kind, Ticket.service_id, Ticket.flow)
    return statement.add_columns(_ahead().label("ahead")).where(col(Ticket.id).in_(ids))


def _ahead() -> Any:
    """How many older tickets wait for the same group; None where the queue is not known."""
    older: Any = aliased(Ticket)
    same_queue = (older.source == Ticket.source) & (older.group == Ticket.group) & (older.state == TicketState.QUEUE)
    counted = select(func.count()).select_from(older).where(same_queue, older.opened_at < Ticket.opened_at)
    known = (col(Ticket.state) == TicketState.QUEUE) & (col(Ticket.group) != "") & col(Ticket.opened_at).is_not(None)
    return case((known, counted.scalar_subquery()), else_=None)


async def like_it(session: AsyncSession, kind: TicketKind, service_id: UUID | None, at: datetime) -> LikeIt:
    """Tickets of the same service and kind that were over lately, the newest of them."""
    alike = select(Ticket.flow).where(Ticket.kind == kind, col(Ticket.service_id) == service_id)
    over = alike.where(col(Ticket.resolved_at) > at - READ_BACK).order_by(col(Ticket.resolved_at).desc())
    flows = (await session.exec(over.limit(NEWEST))).all()
    return _times([msgspec.convert(flow, TicketFlow) for flow in flows if flow])


def _times(flows: Sequence[TicketFlow]) -> LikeIt:
    responses = [(one.opened_at, one.responded_at) for one in flows]
    resolutions = [(one.opened_at, one.resolved_at) for one in flows]
    return LikeIt(_seconds(responses), _seconds(resolutions))


def _seconds(spans: Sequence[tuple[datetime | None, datetime | None]]) -> list[float]:
    return sorted((end - begin).total_seconds() for begin, end in spans if begin and end)
