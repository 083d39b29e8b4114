"""Deciding whom to ask: one row a decision, asked or not asked with the reason, when its time has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.ids import keyed_hash
from core.outbox import announce
from core.settings import settings
from journeys.models import Person, TicketState
from journeys.queries import places
from journeys.queries.matters import running_incidents, snapshots
from journeys.schemas.places import TicketSnapshot
from surveys import queries
from surveys.events import InvitationDecided, InvitationPlanned, OpenInvitationDue
from surveys.models import Detail, Invitation, Reason, Trigger
from surveys.rules.asking import language_of, verdict
from surveys.rules.hours import next_allowed, zone_of
from surveys.rules.sampling import draw_of, is_used_up, period_start
from surveys.schemas import After, AnswerBudget, Ask, Asking, AskingPolicy, Later, Refusal, TriggerDefinition
from surveys.service.marks import mark_asked

LONGEST_CLOCK = timedelta(days=366)
# A survey that waits for a ticket to be closed looks again so often.
LOOK_AGAIN = timedelta(hours=1)
NOBODY = TriggerDefinition(active=False)


async def hold_people(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, Person]:
    """Two workers must not both find that nobody asked this person lately. SQLite has one writer, and needs no lock.

    Taken before any row is written and in one order, so that nobody waits crosswise.
    """
    wanted = sorted({person_id for person_id in ids if person_id})
    held = select(Person).where(col(Person.id).in_(wanted)).order_by(col(Person.id)).with_for_update()
    return {person.id: person for person in (await session.exec(held)).all()}


def wall_clock(person: Person | None, customers: Mapping[UUID, str | None]) -> ZoneInfo:
    """The person's own zone, else that of their customer, else that of the installation."""
    of_customer = customers.get(person.customer_id) if person and person.customer_id else None
    return zone_of(person.zone if person else None, of_customer, settings().time_zone)


@dataclass
class _Round:
    """What a batch of decisions is taken from; `asks` moves on with each of them."""

    session: AsyncSession
    triggers: Mapping[UUID, TriggerDefinition]
    policy: AskingPolicy
    people: Mapping[UUID, Person]
    tickets: Mapping[UUID, TicketSnapshot]
    words: Mapping[UUID, str]
    asks: dict[UUID, list[Ask]]
    unwanted: set[tuple[UUID, UUID]]
    troubled: set[str]
    asked_before: set[tuple[UUID, UUID]]
    customers: Mapping[UUID, str | None]
    anonymous: set[UUID]
    at: datetime
    versions: dict[UUID, UUID | None] = field(default_factory=dict)


async def decide(session: AsyncSession, invitation_ids: Iterable[UUID]) -> None:
    """Decide about those that are still open; what may not be decided yet is put off."""
    ids = list(invitation_ids)
    people = await _people_of(session, ids)
    due = (col(Invitation.asked).is_(False), col(Invitation.reason).is_(None), col(Invitation.due_at) <= now())
    waiting = select(Invitation).where(col(Invitation.id).in_(ids), *due).with_for_update()
    rows = (await session.exec(waiting.order_by(col(Invitation.over_at), col(Invitation.id)))).all()
    if rows:
        await _hold_budgets(session, {row.survey_id for row in rows})
        round_ = await _round(session, rows, people)
        for row in rows:
            await _settle(round_, row)


async def _hold_budgets(session: AsyncSession, surveys: Iterable[UUID]) -> None:
    """Two workers must not both find room for one more answer. All of a batch at once, in one order."""
    mine = select(Trigger.id).where(col(Trigger.survey_id).in_(sorted(surveys)))
    await session.exec(mine.order_by(col(Trigger.id)).with_for_update())


async def _people_of(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Person]:
    asked = await session.exec(select(Invitation.person_id).where(col(Invitation.id).in_(ids)))
    return await hold_people(session, asked.all())


async def _round(session: AsyncSession, rows: Sequence[Invitation], people: Mapping[UUID, Person]) -> _Round:
    tickets = [row.ticket_id for row in rows if row.ticket_id]
    at = now()
    return _Round(
        session=session,
        triggers=await queries.triggers(session),
        policy=await queries.asking_policy(session),
        people=people,
        tickets=await snapshots(session, tickets),
        words=await queries.ticket_words(session, tickets),
        asks=await queries.asks_of(session, people, at - LONGEST_CLOCK),
        unwanted=await queries.opted_out(session, people),
        troubled=await queries.troubled(session, [person.email for person in people.values() if person.email]),
        asked_before=await queries.asked_tickets(session, tickets),
        customers=await places.customer_zones(session),
        anonymous=await queries.anonymous_surveys(session),
        at=at,
    )


async def _settle(round_: _Round, row: Invitation) -> None:
    trigger = round_.triggers.get(row.survey_id, NOBODY)
    asking = await _asking(round_, row, trigger)
    found = _put_off(round_, row, trigger) or verdict(trigger, round_.policy, asking, round_.at)
    stratum = stratum_of(trigger, asking)
    if found is None and trigger.budget and await _enough(round_, row.survey_id, trigger.budget, stratum):
        found = Refusal(Reason.SAMPLED_OUT, Detail.BUDGET)
    if isinstance(found, Later):
        await _wait(round_, row, trigger, found.at)
    elif found:
        await _keep(round_, row, reason=found.reason, detail=found.detail, stratum=stratum)
    else:
        await _ask(round_, row, stratum)


def _put_off(round_: _Round, row: Invitation, trigger: TriggerDefinition) -> Refusal | Later | None:
    """A ticket that is not closed yet, and hours in which nobody is written to."""
    ticket = round_.tickets.get(row.ticket_id) if row.ticket_id else None
    if trigger.after is After.CLOSED and ticket and ticket.state is TicketState.RESOLVED and row.over_at:
        if round_.at - row.over_at > timedelta(days=trigger.max_age_days):
            return Refusal(Reason.TOO_OLD)
        return Later(round_.at + LOOK_AGAIN)
    zone = wall_clock(round_.people.get(row.person_id) if row.person_id else None, round_.customers)
    allowed = next_allowed(round_.at, trigger.hours, round_.policy, zone)
    return Later(allowed) if allowed > round_.at else None


async def _asking(round_: _Round, row: Invitation, trigger: TriggerDefinition) -> Asking:
    person = round_.people.get(row.person_id) if row.person_id else None
    ticket = round_.tickets[row.ticket_id] if row.ticket_id else TicketSnapshot()
    gap = timedelta(days=trigger.gap_days) if trigger.after is After.JOURNEY else timedelta()
    return Asking(
        survey_id=row.survey_id,
        attributes=ticket.context,
        more=ticket.attributes,
        draw=draw(row.survey_id, row.ticket_id or row.id),
        person_key=person.key if person else "",
        over_at=row.over_at + gap if row.over_at else None,
        seen_at=row.seen_at,
        opted_out=bool(person and (person.opted_out_at or (person.id, row.survey_id) in round_.unwanted)),
        has_address=bool(person and person.email),
        bounced=bool(person and person.email in round_.troubled),
        asks=tuple(round_.asks.get(person.id, ())) if person else (),
        reopened=_goes_on(ticket, row),
        asked_before=(row.survey_id, row.ticket_id) in round_.asked_before,
        major_incident=await _major_incident(round_, trigger, ticket),
    )


def _goes_on(ticket: TicketSnapshot, row: Invitation) -> bool:
    """Reopened, or resolved anew: then the later episode has a row of its own."""
    if ticket.resolved_at is None:
        return True
    return bool(row.over_at and ticket.resolved_at > row.over_at)


async def _major_incident(round_: _Round, trigger: TriggerDefinition, ticket: TicketSnapshot) -> bool:
    service = ticket.context.get("service", "")
    if not trigger.major_priorities or not service:
        return False
    return service in await running_incidents(round_.session, trigger.major_priorities)


def stratum_of(trigger: TriggerDefinition, asking: Asking) -> str:
    by = trigger.budget.by if trigger.budget else ""
    return asking.attributes.get(by, "") if by else ""


async def _enough(round_: _Round, survey_id: UUID, budget: AnswerBudget, stratum: str) -> bool:
    since = period_start(round_.at, budget.per, zone_of(settings().time_zone))
    return is_used_up(budget, await queries.stratum_count(round_.session, survey_id, stratum, since, round_.at))


async def _wait(round_: _Round, row: Invitation, trigger: TriggerDefinition, until: datetime) -> None:
    zone = wall_clock(round_.people.get(row.person_id) if row.person_id else None, round_.customers)
    due_at = next_allowed(until, trigger.hours, round_.policy, zone)
    await _change(round_, row, due_at=due_at)
    await announce(round_.session, InvitationPlanned(str(row.id)), not_before=due_at)


async def _ask(round_: _Round, row: Invitation, stratum: str) -> None:
    """With what the ticket is at this moment: later it may have been changed."""
    version_id = await _version(round_, row.survey_id)
    ticket = round_.tickets.get(row.ticket_id) if row.ticket_id else None
    person = round_.people.get(row.person_id) if row.person_id else None
    words = round_.words.get(row.ticket_id, "") if row.ticket_id else ""
    await _keep(
        round_,
        row,
        asked=True,
        stratum=stratum,
        version_id=version_id or row.version_id,
        snapshot=ticket.kept() if ticket else {},
        language=language_of(person.language if person else None, [words]),
    )
    if person:
        round_.asks.setdefault(person.id, []).append(Ask(row.survey_id, round_.at))
    if row.ticket_id:
        round_.asked_before.add((row.survey_id, row.ticket_id))
    if row.survey_id in round_.anonymous:
        await announce(round_.session, OpenInvitationDue(str(row.person_id), str(row.survey_id)))
    else:
        await announce(round_.session, InvitationDecided(str(row.id)))


async def _version(round_: _Round, survey_id: UUID) -> UUID | None:
    if survey_id not in round_.versions:
        newest = await queries.newest_version(round_.session, survey_id)
        round_.versions[survey_id] = newest.id if newest else None
    return round_.versions[survey_id]


async def _keep(round_: _Round, row: Invitation, **decision: Any) -> None:
    if row.survey_id in round_.anonymous:
        await _keep_without_trace(round_, row, decision)
    else:
        await _change(round_, row, decided_at=round_.at, counted=False, **decision)


async def _keep_without_trace(round_: _Round, row: Invitation, decision: dict[str, Any]) -> None:
    """Of an anonymous survey it is kept how many were asked or not and why, by the day: whom, nothing says, for on a
    day with one ask and one answer it would name who answered. The person's clock is kept by a mark."""
    day = round_.at.replace(hour=0, minute=0, second=0, microsecond=0)
    asked = bool(decision.get("asked"))
    unnamed = {
        "id": uuid4(),
        "survey_id": row.survey_id,
        "version_id": decision.get("version_id", row.version_id),
        "unit": uuid4().hex,
        "asked": asked,
        "reason": decision.get("reason"),
        "detail": decision.get("detail"),
        "channel": row.channel,
        "language": "en",
        "stratum": decision.get("stratum", ""),
        "snapshot": {},
        "decided_at": day,
        "sent_at": day if asked else None,
        "reminded": 0,
    }
    await round_.session.exec(delete(Invitation).where(col(Invitation.id) == row.id))
    await insert_new(round_.session, Invitation, [unnamed])
    if asked and row.person_id:
        await mark_asked(round_.session, row.person_id, row.survey_id, day.date())


async def _change(round_: _Round, row: Invitation, **values: Any) -> None:
    await round_.session.exec(update(Invitation).where(col(Invitation.id) == row.id).values(**values))


def draw(survey_id: UUID, ticket_id: UUID) -> float:
    return draw_of(keyed_hash("sample", f"{survey_id}:{ticket_id}"))
