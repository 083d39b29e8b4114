"""Whom a trigger would have asked lately: the same rules over what has happened, and nothing is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import structs
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.settings import settings
from journeys.models import Person
from journeys.queries import places
from journeys.queries.ended import AT_ONCE, ended_between, strands_by_person
from journeys.queries.matters import snapshots
from journeys.rules.matters import matters, over_since
from journeys.schemas.places import TicketSnapshot
from surveys import queries
from surveys.models import Detail, Reason
from surveys.rules.asking import verdict
from surveys.rules.hours import next_allowed, zone_of
from surveys.rules.sampling import is_used_up, period_start
from surveys.schemas import (
    After,
    Ask,
    Asking,
    AskingPolicy,
    DryRun,
    Later,
    Refusal,
    StratumCount,
    TriggerDefinition,
)
from surveys.service.inviting import LONGEST_CLOCK, draw, stratum_of, wall_clock

DAYS = 30
NOT_YET = "not_yet"


@dataclass
class _Past:
    """What is known of the time that is gone through again."""

    survey_id: UUID
    trigger: TriggerDefinition
    policy: AskingPolicy
    until: datetime
    tickets: dict[UUID, TicketSnapshot]
    owners: dict[UUID, UUID | None]
    people: dict[UUID, Person]
    customers: dict[UUID, str | None]
    asks: dict[UUID, list[Ask]]
    unwanted: set[tuple[UUID, UUID]]
    troubled: set[str]
    strata: Counter[tuple[str, datetime]] = field(default_factory=Counter)


async def dry_run(session: AsyncSession, survey_id: UUID, trigger: TriggerDefinition, days: int = DAYS) -> DryRun:
    """Over the tickets that were over in the last `days`. Whether a major incident was running then is not known."""
    until = now()
    since = until - timedelta(days=days)
    past = await _past(session, survey_id, trigger, since, until)
    ended = await _ends(session, past, since)
    asked, reasons = [], Counter[str]()
    for ticket_id, over_at in sorted(ended, key=lambda end: (end[1], str(end[0]))):
        outcome, at = _outcome(past, ticket_id, over_at)
        reasons[outcome] += outcome != ""
        if not outcome:
            asked.append((ticket_id, at))
    by_day = Counter(at.date().isoformat() for _ticket_id, at in asked)
    by_service = Counter(past.tickets[ticket_id].context.get("service", "") for ticket_id, _at in asked)
    people = {past.owners[ticket_id] for ticket_id, _at in asked}
    return DryRun(
        since=since,
        until=until,
        seen=len(ended),
        asked=len(asked),
        reasons={name: n for name, n in reasons.most_common() if n},
        by_day=dict(sorted(by_day.items())),
        by_service=dict(by_service.most_common()),
        people=len(people),
    )


async def _past(
    session: AsyncSession, survey_id: UUID, trigger: TriggerDefinition, since: datetime, until: datetime
) -> _Past:
    gap = timedelta(days=trigger.gap_days) if trigger.after is After.JOURNEY else timedelta()
    tickets, owners = await _tickets(session, await ended_between(session, since - gap, until))
    wanted = sorted({owner for owner in owners.values() if owner})
    people: dict[UUID, Person] = {}
    asks: dict[UUID, list[Ask]] = {}
    for part in _parts(wanted):
        people |= await places.people(session, part)
        asks |= await queries.asks_of(session, part, since - LONGEST_CLOCK)
    return _Past(
        survey_id=survey_id,
        trigger=structs.replace(trigger, active=True),
        policy=await queries.asking_policy(session),
        until=until,
        tickets=tickets,
        owners=owners,
        people=people,
        customers=await places.customer_zones(session),
        # What this survey really asked in this time is what the run is to tell anew.
        asks={key: [ask for ask in made if ask.survey_id != survey_id or ask.at < since] for key, made in asks.items()},
        unwanted=await queries.opted_out(session, wanted),
        troubled=await queries.troubled(session, [one.email for one in people.values() if one.email]),
    )


async def _tickets(
    session: AsyncSession, ids: Sequence[UUID]
) -> tuple[dict[UUID, TicketSnapshot], dict[UUID, UUID | None]]:
    tickets: dict[UUID, TicketSnapshot] = {}
    owners: dict[UUID, UUID | None] = {}
    for part in _parts(ids):
        tickets |= await snapshots(session, part)
        contexts = await places.ticket_contexts(session, part)
        owners |= {key: context.requester_id for key, context in contexts.items()}
    return tickets, owners


def _parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """A statement takes only so many parameters."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


async def _ends(session: AsyncSession, past: _Past, since: datetime) -> list[tuple[UUID, datetime]]:
    """Tickets with the moment at which they, or their whole matters, were over."""
    if past.trigger.after is not After.JOURNEY:
        return [(key, ticket.resolved_at) for key, ticket in past.tickets.items() if ticket.resolved_at]
    gap = timedelta(days=past.trigger.gap_days)
    ends = []
    for strands in (await strands_by_person(session, list(past.people))).values():
        for matter in matters(strands, gap):
            over_at = over_since(matter, gap, past.until)
            if over_at and over_at + gap >= since and matter.last.ticket_id in past.tickets:
                ends.append((matter.last.ticket_id, over_at + gap))
    return ends


def _outcome(past: _Past, ticket_id: UUID, over_at: datetime) -> tuple[str, datetime]:
    """ "" for asked, else why not; and the moment."""
    owner = past.owners[ticket_id]
    person = past.people.get(owner) if owner else None
    at, asking = _due(past, person, over_at), _asking(past, ticket_id, person, over_at)
    found = verdict(past.trigger, past.policy, asking, at)
    if isinstance(found, Later):
        at = _allowed(past, person, found.at)
        found = None
    if at >= past.until:
        return NOT_YET, at
    stratum = stratum_of(past.trigger, asking)
    if found is None and _enough(past, stratum, at):
        found = Refusal(Reason.SAMPLED_OUT, Detail.BUDGET)
    if isinstance(found, Refusal):
        return "/".join(filter(None, (found.reason, found.detail))), at
    if person:
        past.asks.setdefault(person.id, []).append(Ask(past.survey_id, at))
    return "", at


def _due(past: _Past, person: Person | None, over_at: datetime) -> datetime:
    return _allowed(past, person, over_at + timedelta(minutes=past.trigger.delay_minutes))


def _allowed(past: _Past, person: Person | None, at: datetime) -> datetime:
    return next_allowed(at, past.trigger.hours, past.policy, wall_clock(person, past.customers))


def _asking(past: _Past, ticket_id: UUID, person: Person | None, over_at: datetime) -> Asking:
    ticket = past.tickets[ticket_id]
    return Asking(
        survey_id=past.survey_id,
        attributes=ticket.context,
        more=ticket.attributes,
        draw=draw(past.survey_id, ticket_id),
        person_key=person.key if person else "",
        over_at=over_at,
        seen_at=over_at,
        opted_out=bool(person and (person.opted_out_at or (person.id, past.survey_id) in past.unwanted)),
        has_address=bool(person and person.email),
        bounced=bool(person and person.email in past.troubled),
        asks=tuple(past.asks.get(person.id, ())) if person else (),
    )


def _enough(past: _Past, stratum: str, at: datetime) -> bool:
    """As if nobody had answered yet: the run asks no more than the trigger would."""
    budget = past.trigger.budget
    if not budget:
        return False
    place = stratum, period_start(at, budget.per, zone_of(settings().time_zone))
    if is_used_up(budget, StratumCount(pending=past.strata[place], ever_asked=past.strata[place])):
        return True
    past.strata[place] += 1
    return False
