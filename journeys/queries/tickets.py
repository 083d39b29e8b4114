"""Reading tickets and their events."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, EventType, Person, Service, Ticket, TicketEvent, TicketState
from journeys.schemas import FlowEvent, TicketEventIn


class KnownTicket(NamedTuple):
    """What is kept of a ticket beside what its events tell."""

    id: UUID
    source: str
    key: str
    kind: str
    service_id: UUID | None
    customer_id: UUID | None
    requester_id: UUID | None
    priority: str
    channel: str
    summary: str
    close_reason: str
    matter: str
    attributes: dict[str, str]
    sla_met: bool | None
    as_of: dict[str, str]
    announced_at: datetime | None


class KnownPerson(NamedTuple):
    """What was told of a person so far."""

    email: str | None = None
    name: str | None = None
    language: str | None = None
    zone: str | None = None
    customer_id: UUID | None = None
    as_of: datetime | None = None


async def known_people(session: AsyncSession, keys: Iterable[str]) -> dict[str, KnownPerson]:
    columns = [col(getattr(Person, name)) for name in ("key", *KnownPerson._fields)]
    found = await session.exec(select(*columns).where(col(Person.key).in_(list(keys))))
    return {key: KnownPerson(*told) for key, *told in found.all()}


async def ids_by_key(
    session: AsyncSession, table: type[Customer | Service | Person], keys: Iterable[str]
) -> dict[str, UUID]:
    found = await session.exec(select(table.key, table.id).where(col(table.key).in_(list(keys))))
    return dict(found.all())


async def words_in_use(session: AsyncSession, names: Sequence[str], latest: int, most: int) -> dict[str, list[str]]:
    """Which values these columns hold in the latest tickets, the most frequent first."""
    columns = [col(getattr(Ticket, name)) for name in names]
    rows = (await session.exec(select(*columns).order_by(col(Ticket.id).desc()).limit(latest))).all()
    counted = {name: Counter(row[place] for row in rows if row[place]) for place, name in enumerate(names)}
    return {name: [word for word, _n in words.most_common(most)] for name, words in counted.items()}


async def ticket_id_of(session: AsyncSession, source: str, key: str) -> UUID | None:
    return (await session.exec(select(Ticket.id).where(Ticket.source == source, Ticket.key == key))).first()


async def tickets_by_key(session: AsyncSession, keys: Iterable[str]) -> dict[str, UUID]:
    """Where the source is not known: a key that stands in two systems means neither."""
    found = (await session.exec(select(Ticket.key, Ticket.id).where(col(Ticket.key).in_(list(keys))))).all()
    counted = Counter(key for key, _id in found)
    return {key: id_ for key, id_ in found if counted[key] == 1}


async def tickets_to_change(session: AsyncSession, source: str, keys: Iterable[str]) -> list[KnownTicket]:
    """The source's tickets of these keys, held until the end of the transaction."""
    columns = [col(getattr(Ticket, name)) for name in KnownTicket._fields]
    statement = (
        select(*columns)
        .where(Ticket.source == source, col(Ticket.key).in_(list(keys)))
        # Two batches about one ticket wait for each other here, in the same order, so that the second
        # recomputes the ticket from the events of both. SQLite has one writer and needs no lock.
        .order_by(col(Ticket.key))
        .with_for_update()
    )
    return [KnownTicket(*row) for row in (await session.exec(statement)).all()]


async def known_events(session: AsyncSession, source: str, event_ids: Sequence[str]) -> set[str]:
    statement = select(TicketEvent.event_id).where(
        TicketEvent.source == source, col(TicketEvent.event_id).in_(list(event_ids))
    )
    return set((await session.exec(statement)).all())


async def events_of(session: AsyncSession, ticket_ids: Iterable[UUID]) -> dict[UUID, list[FlowEvent]]:
    names = ("ticket_id", "event_id", "type", "at", "sequence", "state", "group", "waiting_for", "opened_at")
    columns = [col(getattr(TicketEvent, name)) for name in names]
    statement = select(*columns).where(col(TicketEvent.ticket_id).in_(list(ticket_ids)))
    found: dict[UUID, list[FlowEvent]] = {}
    for ticket_id, *values in (await session.exec(statement)).all():
        found.setdefault(ticket_id, []).append(_flow_event(*values))
    return found


def _flow_event(event_id: str, kind: str, at: datetime, sequence: int, state: str | None, *rest: Any) -> FlowEvent:
    return FlowEvent(event_id, EventType(kind), at, sequence, TicketState(state) if state else None, *rest)


async def ticket_owners(session: AsyncSession, events: Iterable[TicketEventIn]) -> dict[tuple[str, str], str]:
    """The customer's key of each ticket that is known already."""
    owners: dict[tuple[str, str], str] = {}
    keys = {(event.source, event.ticket) for event in events}
    for source in {source for source, _ in keys}:
        statement = (
            select(Ticket.key, Customer.key)
            .join(Customer, col(Customer.id) == col(Ticket.customer_id))
            .where(Ticket.source == source, col(Ticket.key).in_([key for of, key in keys if of == source]))
        )
        owners |= {(source, key): owner for key, owner in (await session.exec(statement)).all()}
    return owners


async def person_owners(session: AsyncSession, events: Iterable[TicketEventIn]) -> dict[str, str]:
    """The customer's key of each requester who is known already."""
    keys = {event.requester.key for event in events if event.requester}
    statement = (
        select(Person.key, Customer.key)
        .join(Customer, col(Customer.id) == col(Person.customer_id))
        .where(col(Person.key).in_(keys))
    )
    return dict((await session.exec(statement)).all())
