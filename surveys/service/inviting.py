"""Deciding whom to ask when tickets were resolved: one row a decision, asked or not asked with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.ids import keyed_hash, ordered_id
from core.outbox import announce
from journeys.models import Person
from journeys.queries import places
from journeys.schemas.places import TicketContext
from surveys import queries
from surveys.events import InvitationDecided
from surveys.models import Channel, Invitation, SurveyVersion, Trigger
from surveys.rules.asking import draw_of, language_of, reason_not_to_ask
from surveys.schemas import Asking, Resolution


@dataclass
class _Round:
    """What a batch of decisions is taken from; `last_asked` moves on with each of them."""

    tickets: Mapping[UUID, TicketContext]
    people: Mapping[UUID, Person]
    last_asked: dict[UUID, datetime]
    words: Mapping[UUID, str]
    at: datetime


async def decide_after_resolution(session: AsyncSession, resolved: Iterable[Resolution]) -> None:
    """Decide for each ticket and trigger whether its requester is asked; decided tickets stay decided."""
    latest = {resolution.ticket_id: resolution.at for resolution in sorted(resolved, key=lambda r: r.at)}
    tickets = await places.ticket_contexts(session, latest)
    requesters = [context.requester_id for context in tickets.values() if context.requester_id]
    await hold_people(session, requesters)
    round_ = _Round(
        tickets=tickets,
        people=await places.people(session, requesters),
        last_asked=await queries.last_asked(session, requesters),
        words=await queries.ticket_words(session, tickets),
        at=now(),
    )
    for trigger in await queries.triggers(session):
        await _decide(session, trigger, round_, latest)


async def hold_people(session: AsyncSession, people: Iterable[UUID]) -> None:
    """Two workers must not both find that nobody asked this person lately. SQLite has one writer, and needs no lock."""
    held = select(Person.id).where(col(Person.id).in_(sorted(people))).order_by(col(Person.id)).with_for_update()
    await session.exec(held)


async def _decide(session: AsyncSession, trigger: Trigger, round_: _Round, latest: Mapping[UUID, datetime]) -> None:
    version = await queries.newest_version(session, trigger.survey_id)
    if not version:
        return
    decided = await queries.decided_tickets(session, trigger.survey_id, round_.tickets)
    rows = [
        _row(trigger, version, round_, ticket, latest[ticket.ticket_id])
        for ticket in sorted(round_.tickets.values(), key=lambda ticket: latest[ticket.ticket_id])
        if ticket.ticket_id not in decided
    ]
    await insert_new(session, Invitation, rows)
    await _announce(session, trigger, [row["id"] for row in rows if row["asked"]], round_.at)


async def _announce(session: AsyncSession, trigger: Trigger, asked: Sequence[UUID], at: datetime) -> None:
    """Only of rows that stand: another worker may have decided on the same ticket first."""
    standing = (await session.exec(select(Invitation.id).where(col(Invitation.id).in_(asked)))).all()
    due = at + timedelta(minutes=trigger.delay_minutes)
    await announce(session, *(InvitationDecided(str(found)) for found in standing), not_before=due)


def _row(
    trigger: Trigger, version: SurveyVersion, round_: _Round, ticket: TicketContext, resolved_at: datetime
) -> dict[str, Any]:
    person = round_.people.get(ticket.requester_id) if ticket.requester_id else None
    asking = Asking(
        kind=ticket.kind,
        opted_out=bool(person and person.opted_out_at),
        has_address=bool(person and person.email),
        last_asked_at=round_.last_asked.get(person.id) if person else None,
        resolved_at=resolved_at,
        draw=draw(trigger.survey_id, ticket.ticket_id),
    )
    reason = reason_not_to_ask(trigger, asking, round_.at)
    if person and reason is None:
        round_.last_asked[person.id] = round_.at
    return {
        "id": ordered_id(),
        "survey_id": trigger.survey_id,
        "version_id": version.id,
        "ticket_id": ticket.ticket_id,
        "person_id": person.id if person else None,
        "asked": reason is None,
        "reason": reason,
        "channel": Channel.MAIL,
        "language": language_of(person.language if person else None, [round_.words.get(ticket.ticket_id, "")]),
        "decided_at": round_.at,
    }


def draw(survey_id: UUID, ticket_id: UUID) -> float:
    return draw_of(keyed_hash("sample", f"{survey_id}:{ticket_id}"))
