"""Where somebody's ticket stands, for a page that they look at while they wait."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Ticket
from journeys.queries import progress as queries
from journeys.rules.progress import progress, step_of
from journeys.schemas import TicketFlow
from journeys.schemas.progress import LikeIt, Progress, Step, Waiting


async def progress_of(session: AsyncSession, ticket_id: UUID, at: datetime) -> Progress | None:
    """None where its events tell no state. Fit for whoever raised the ticket and holds the link to it: other tickets
    are counted and never named, and nobody's words are read."""
    ticket = await queries.ticket(session, ticket_id)
    flow = msgspec.convert(ticket.flow, TicketFlow) if ticket and ticket.flow else TicketFlow()
    step = step_of(flow)
    if ticket is None or step is None:
        return None
    if step is Step.DONE:
        return Progress(step, flow.resolved_at.date() if flow.resolved_at else None)
    return await _of_who_waits(session, ticket, flow, step, at)


async def _of_who_waits(session: AsyncSession, ticket: Ticket, flow: TicketFlow, step: Step, at: datetime) -> Progress:
    ahead = await queries.ahead_of(session, ticket) if step is Step.QUEUE else None
    forecast = step in (Step.QUEUE, Step.ACTIVE)
    like_it = await queries.like_it(session, ticket, at) if forecast else LikeIt()
    return progress(Waiting(step, flow.opened_at, flow.entered_at, ahead, at), like_it)
