"""Customers, services and people by the keys that ticket systems know them by; made where they are new."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import insert_new, upsert
from core.ids import ordered_id
from journeys.models import Customer, Person, Service
from journeys.queries.tickets import KnownPerson, ids_by_key, known_people
from journeys.rules.attributes import newest_requesters
from journeys.schemas import TicketEventIn

NOBODY = KnownPerson()
TOLD = ("email", "name", "language", "zone", "customer_id", "as_of")


async def ids_of_places(
    session: AsyncSession, table: type[Customer | Service], keys: Iterable[str | None]
) -> dict[str, UUID]:
    """A new one is named by its key until somebody names it. In order, lest two transactions wait crosswise."""
    wanted = sorted({key for key in keys if key})
    known = await ids_by_key(session, table, wanted)
    missing = [key for key in wanted if key not in known]
    if not missing:
        return known
    await insert_new(session, table, [{"id": ordered_id(), "key": key, "name": key} for key in missing])
    return known | await ids_by_key(session, table, missing)


async def ids_of_people(
    session: AsyncSession, events: Sequence[TicketEventIn], customers: dict[str, UUID]
) -> dict[str, UUID]:
    """The requesters of these events, with what the newest of them tells of each."""
    newest = newest_requesters(events)
    known = await known_people(session, newest)
    rows = [_row(key, known.get(key, NOBODY), newest[key], customers) for key in sorted(newest)]
    await upsert(session, Person, [row for row in rows if row], ["key"], TOLD)
    return await ids_by_key(session, Person, newest)


async def ids_of_names(session: AsyncSession, people: Mapping[str, UUID | None]) -> dict[str, UUID]:
    """People by the keys they are known by, with their customers; of those who are known nothing changes."""
    rows = [{"id": ordered_id(), "key": key, "customer_id": people[key]} for key in sorted(people)]
    await insert_new(session, Person, rows)
    return await ids_by_key(session, Person, people)


def _row(key: str, known: KnownPerson, event: TicketEventIn, customers: dict[str, UUID]) -> dict[str, Any]:
    """Empty when the event is older than what is known: then it changes nothing."""
    told = event.requester
    if told is None or (known.as_of and event.at < known.as_of):
        return {}
    return {
        "id": ordered_id(),
        "key": key,
        "email": told.email or known.email,
        "name": told.name or known.name,
        "language": told.language or known.language,
        "zone": told.zone or known.zone,
        "customer_id": customers.get(event.customer or "", known.customer_id),
        "as_of": event.at,
    }
