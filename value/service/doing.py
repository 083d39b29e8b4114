"""What is being done, for whoever opens the start page."""

from datetime import timedelta

from core.clock import now
from core.db import Session
from value.models import Improvement, State
from value.queries import improvements as queries
from value.schemas.register import Entry, Scope, Wish
from value.service.viewing import entry_of

RECENT = timedelta(days=92)
ORDER = (State.DOING, State.DONE, State.PLANNED, State.MEASURED, State.CLOSED)
MOST = 30


async def doing_for_managers(session: Session, scope: Scope) -> list[Entry]:
    """Overdue first, then what is on its way, what is being measured, what is planned, and what came out lately."""
    since = now().date() - RECENT
    found = [one for one in await queries.improvements(session, scope, Wish()) if _shown(one, since)]
    found.sort(key=lambda one: ORDER.index(State(one.state)))
    told = await _entries(session, found[:MOST])
    return sorted(told, key=lambda one: not one.overdue)


def _shown(one: Improvement, since: object) -> bool:
    if one.state == State.MEASURED:
        return bool(one.measured_on and one.measured_on >= since)  # type: ignore[operator]
    return one.state in (State.PLANNED, State.DOING, State.DONE)


async def done_for_customers(session: Session, customers: frozenset[str]) -> list[Entry]:
    """What their people may read of, newest first."""
    found = {one.id: one for key in sorted(customers) for one in await queries.told_to(session, key)}
    newest = sorted(found.values(), key=lambda one: one.done_on or one.proposed_on, reverse=True)
    return await _entries(session, newest[:MOST])


async def _entries(session: Session, found: list[Improvement]) -> list[Entry]:
    customers = await queries.customers_of(session, [one.id for one in found])
    return [await entry_of(session, one, customers[one.id]) for one in found]
