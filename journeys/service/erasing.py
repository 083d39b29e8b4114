"""Somebody and their tickets: shown to them, and made nameless, when they ask."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import delete, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.ids import keyed_hash, keyed_hashes
from journeys.models import HookCall, HookCallState, Person, Ticket, TicketEvent
from journeys.rules.erased import EVENT, TICKET, TicketKey, plain, renamed, tells_of
from journeys.schemas import TicketEventIn

AT_ONCE = 500
OF_PERSON = ("key", "email", "name", "language", "zone", "opted_out_at")
OF_TICKET = ("source", "key", "kind", "state", "summary", "matter", "attributes", "opened_at", "resolved_at")


async def known_under(session: AsyncSession, address: str) -> list[UUID]:
    """Whoever has this mail address; a ticket system may know them by nothing else."""
    wanted = address.strip().lower()
    here = or_(func.lower(col(Person.email)) == wanted, func.lower(col(Person.key)) == wanted)
    return list((await session.exec(select(Person.id).where(here).order_by(col(Person.id)))).all())


async def tickets_of(session: AsyncSession, people: Collection[UUID]) -> list[UUID]:
    return list((await session.exec(select(Ticket.id).where(col(Ticket.requester_id).in_(people)))).all())


async def held_of(session: AsyncSession, people: Collection[UUID]) -> dict[str, list[dict[str, Any]]]:
    """{"people", "tickets"}: all columns that tell something of them."""
    persons = (await session.exec(select(Person).where(col(Person.id).in_(people)).order_by(col(Person.id)))).all()
    raised = select(Ticket).where(col(Ticket.requester_id).in_(people)).order_by(col(Ticket.id))
    return {
        "people": [_plain(one, OF_PERSON) for one in persons],
        "tickets": [_plain(one, OF_TICKET) for one in (await session.exec(raised)).all()],
    }


def _plain(row: Any, names: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins({name: getattr(row, name) for name in names}, enc_hook=str)
    return told


async def erase(session: AsyncSession, people: Collection[UUID]) -> None:
    """Rows stay and lead to nobody, so that all that is counted by person and by ticket stays as it was."""
    persons = (await session.exec(select(Person).where(col(Person.id).in_(people)))).all()
    tickets = (await session.exec(select(Ticket).where(col(Ticket.requester_id).in_(people)))).all()
    await _forget_calls(session, persons, tickets)
    for ticket in tickets:
        await _unname(session, ticket)
    for person in persons:
        person.key, person.email, person.name, person.language, person.zone = f"erased-{uuid4().hex}", *[None] * 4
        person.opted_out_at = person.opted_out_at or now()
        session.add(person)
    await session.flush()


async def _unname(session: AsyncSession, ticket: Ticket) -> None:
    events = select(TicketEvent.id, TicketEvent.source, TicketEvent.event_id).where(TicketEvent.ticket_id == ticket.id)
    for id_, source, event_id in (await session.exec(events)).all():
        hidden = _hidden(source, event_id)
        await session.exec(update(TicketEvent).where(col(TicketEvent.id) == id_).values(event_id=hidden))
    ticket.key = keyed_hash(TICKET, plain(ticket.source, ticket.key))
    ticket.summary, ticket.attributes = "", {}
    ticket.as_of = {name: _restamped(ticket.source, mark) for name, mark in ticket.as_of.items()}
    ticket.matter = keyed_hash(TICKET, plain(ticket.source, ticket.matter)) if ticket.matter else ""
    session.add(ticket)


def _hidden(source: str, event_id: str) -> str:
    return keyed_hash(EVENT, plain(source, event_id))


def _restamped(source: str, stamp: str) -> str:
    """As `journeys.rules.attributes.stamp` makes it, without the event's own name."""
    at, sequence, event_id = stamp.split("|", 2)
    return "|".join((at, sequence, _hidden(source, event_id)))


async def _forget_calls(session: AsyncSession, persons: Sequence[Person], tickets: Sequence[Ticket]) -> None:
    """Payloads are kept for a while as they came. One that waits to be read is a new word of the ticket system."""
    words = {name.lower() for one in persons for name in (one.email, one.name) if name}
    keys, last = {*(one.key for one in persons), *(one.key for one in tickets)}, UUID(int=0)
    while words or keys:
        step = select(HookCall.id, HookCall.body).where(HookCall.state != HookCallState.NEW, col(HookCall.id) > last)
        calls = (await session.exec(step.order_by(col(HookCall.id)).limit(AT_ONCE))).all()
        if not calls:
            return
        last, gone = calls[-1][0], [id_ for id_, body in calls if tells_of(body, words, keys)]
        await session.exec(delete(HookCall).where(col(HookCall.id).in_(gone)))


def names_of(source: str, key: str) -> list[str]:
    """All that a ticket of this name may be kept under."""
    return [key, *keyed_hashes(TICKET, plain(source, key))]


async def without_erased(session: AsyncSession, events: Sequence[TicketEventIn]) -> list[TicketEventIn]:
    """Events of tickets whose requester was erased reach what is left of them; all others stay as they are. So what
    is imported once more is counted once, and brings nobody back."""
    names = {
        hidden: (event.source, event.ticket)
        for event in events
        for hidden in keyed_hashes(TICKET, plain(event.source, event.ticket))
    }
    sources, left = {event.source for event in events}, dict[TicketKey, str]()
    for start in range(0, len(names), AT_ONCE):
        here = col(Ticket.source).in_(sources), col(Ticket.key).in_(list(names)[start : start + AT_ONCE])
        left |= {names[hidden]: hidden for hidden in (await session.exec(select(Ticket.key).where(*here))).all()}
    return [renamed(event, left, _hidden(event.source, event.event_id)) if left else event for event in events]
