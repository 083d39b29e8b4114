"""Ticket events from another program: what it may write is stored, batch by batch."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Database
from journeys.queries.tickets import person_owners, ticket_owners
from journeys.rules.neutral import MOST_IN_A_LIST, Parsed
from journeys.rules.scope import out_of_scope
from journeys.schemas import Recorded, Rejected, TicketEventIn
from journeys.service.erasing import without_erased
from journeys.service.tickets import record_events

Numbered = tuple[int, TicketEventIn]


async def take_in(db: Database, scope: frozenset[str] | None, parsed: Parsed) -> Recorded:
    """One transaction a batch: what a broken connection cuts off is sent again and changes nothing twice."""
    accepted = duplicate = 0
    rejected = list(parsed.rejected)
    for start in range(0, len(parsed.events), MOST_IN_A_LIST):
        async with db.write() as session:
            batch = parsed.events[start : start + MOST_IN_A_LIST]
            done = await _record_within(session, scope, batch)
        accepted, duplicate = accepted + done.accepted, duplicate + done.duplicate
        rejected += done.rejected
    return Recorded(accepted, duplicate, sorted(rejected, key=lambda one: one.index))


async def _record_within(session: AsyncSession, scope: frozenset[str] | None, batch: Sequence[Numbered]) -> Recorded:
    if scope is None:
        return await record_events(session, [event for _, event in batch])
    events = await without_erased(session, [event for _, event in batch])
    batch = [(index, event) for (index, _), event in zip(batch, events, strict=True)]
    tickets, people = await ticket_owners(session, events), await person_owners(session, events)
    rejected = [
        Rejected(index, errors) for index, event in batch if (errors := out_of_scope(scope, event, tickets, people))
    ]
    refused = {one.index for one in rejected}
    done = await record_events(session, [event for index, event in batch if index not in refused])
    return Recorded(done.accepted, done.duplicate, rejected)
