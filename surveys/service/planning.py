"""Noting that a ticket or a matter is over: a row for every survey that might ask, and when that is decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.ids import ordered_id
from core.outbox import announce
from journeys.models import Person
from journeys.queries import places
from journeys.queries.matters import strands_of
from journeys.rules.matters import Matter, matters, over_since
from journeys.schemas.places import TicketContext
from surveys import queries
from surveys.events import InvitationPlanned, MatterMayBeOver
from surveys.models import Channel, Invitation
from surveys.rules.asking import episode
from surveys.rules.hours import next_allowed
from surveys.schemas import After, AskingPolicy, Resolution, Sender, TriggerDefinition
from surveys.service.inviting import decide, hold_people, wall_clock

MATTER = "matter"


@dataclass(frozen=True)
class Over:
    """A ticket that is over since `at`; `unit` names the episode, or says that it stands for its whole matter."""

    ticket: TicketContext
    at: datetime
    unit: str


async def plan_after_resolution(session: AsyncSession, resolved: Iterable[Resolution]) -> None:
    """A row for each ticket and trigger, decided at once where its time has come. An episode is planned once."""
    latest = {resolution.ticket_id: resolution.at for resolution in sorted(resolved, key=lambda r: r.at)}
    tickets = await places.ticket_contexts(session, latest)
    people = await hold_people(session, [ticket.requester_id for ticket in tickets.values()])
    ended = [Over(ticket, latest[key], episode(latest[key])) for key, ticket in tickets.items()]
    due: list[UUID] = []
    for survey_id, trigger in (await _own(session)).items():
        if trigger.after is After.JOURNEY:
            await _look_when_the_gap_has_passed(session, trigger, ended)
        else:
            new = await _without_earlier_links(session, survey_id, ended)
            due += await _plan(session, survey_id, trigger, new, people)
    await decide(session, due)


async def _own(session: AsyncSession) -> dict[UUID, TriggerDefinition]:
    """Of the surveys that this program tells people of. Of the others a row is made when somebody follows the link."""
    triggers = await queries.triggers(session)
    return {key: trigger for key, trigger in triggers.items() if trigger.sender is Sender.TOUCHSTONE}


async def _without_earlier_links(session: AsyncSession, survey_id: UUID, ended: list[Over]) -> list[Over]:
    """A link given out before the resolution was heard of is the asking about this episode."""
    rows = await queries.invitations(session, survey_id, [over.ticket.ticket_id for over in ended])
    early = {row.ticket_id: row.id for row in rows if not row.unit}
    for over in ended:
        if row_id := early.get(over.ticket.ticket_id):
            named = update(Invitation).where(col(Invitation.id) == row_id)
            await session.exec(named.values(unit=over.unit, over_at=over.at))
    return [over for over in ended if over.ticket.ticket_id not in early]


async def _look_when_the_gap_has_passed(
    session: AsyncSession, trigger: TriggerDefinition, ended: Iterable[Over]
) -> None:
    for over in ended:
        look = over.at + timedelta(days=trigger.gap_days)
        await announce(session, MatterMayBeOver(str(over.ticket.ticket_id)), not_before=look)


async def plan_after_matters(session: AsyncSession, ticket_ids: Iterable[UUID]) -> None:
    """The matters of these tickets that are over get their row; one that goes on is looked at after its next end."""
    tickets = await places.ticket_contexts(session, ticket_ids)
    people = await hold_people(session, [ticket.requester_id for ticket in tickets.values()])
    due: list[UUID] = []
    for survey_id, trigger in (await _own(session)).items():
        if trigger.after is After.JOURNEY:
            ended = await _matters_over(session, survey_id, trigger, tickets)
            due += await _plan(session, survey_id, trigger, ended, people)
    await decide(session, due)


async def _matters_over(
    session: AsyncSession, survey_id: UUID, trigger: TriggerDefinition, ticket_ids: Iterable[UUID]
) -> list[Over]:
    """Each once. What goes on, or was decided about before, is not among them."""
    gap = timedelta(days=trigger.gap_days)
    strands = await strands_of(session, ticket_ids)
    held = [matter for key, theirs in strands.items() if (matter := _holding(key, matters(theirs, gap)))]
    over = {matter.last.ticket_id: (matter, at) for matter in held if (at := over_since(matter, gap, now()))}
    known = {key for matter, _ in over.values() for key in matter.ticket_ids}
    decided = {row.ticket_id for row in await queries.invitations(session, survey_id, known)}
    contexts = await places.ticket_contexts(session, over)
    return [
        Over(contexts[last], at, MATTER) for last, (matter, at) in over.items() if decided.isdisjoint(matter.ticket_ids)
    ]


def _holding(ticket_id: UUID, found: Iterable[Matter]) -> Matter | None:
    return next((matter for matter in found if ticket_id in matter.ticket_ids), None)


async def _plan(
    session: AsyncSession,
    survey_id: UUID,
    trigger: TriggerDefinition,
    ended: Iterable[Over],
    people: Mapping[UUID, Person],
) -> list[UUID]:
    """The rows; ids of those that are due already. For the others a fact says when to look."""
    version = await queries.newest_version(session, survey_id)
    if not version:
        return []
    policy, customers = await queries.asking_policy(session), await places.customer_zones(session)
    rows = []
    for over in ended:
        person = people.get(over.ticket.requester_id) if over.ticket.requester_id else None
        rows.append(_row(survey_id, version.id, over, _due(trigger, policy, over, person, customers)))
    await insert_new(session, Invitation, rows)
    return await announce_planned(session, [row["id"] for row in rows])


def _due(
    trigger: TriggerDefinition,
    policy: AskingPolicy,
    over: Over,
    person: Person | None,
    customers: Mapping[UUID, str | None],
) -> datetime:
    earliest = max(now(), over.at + timedelta(minutes=trigger.delay_minutes))
    return next_allowed(earliest, trigger.hours, policy, wall_clock(person, customers))


def _row(survey_id: UUID, version_id: UUID, over: Over, due_at: datetime) -> dict[str, object]:
    return {
        "id": ordered_id(),
        "survey_id": survey_id,
        "version_id": version_id,
        "ticket_id": over.ticket.ticket_id,
        "person_id": over.ticket.requester_id,
        "unit": over.unit,
        "asked": False,
        "channel": Channel.MAIL,
        "language": "en",
        "stratum": "",
        "snapshot": {},
        "over_at": over.at,
        "seen_at": now(),
        "due_at": due_at,
        "decided_at": now(),
        "reminded": 0,
    }


async def announce_planned(session: AsyncSession, ids: Iterable[object]) -> list[UUID]:
    """Only of rows that stand: another worker may have planned the same episode first."""
    standing = select(Invitation.id, Invitation.due_at).where(col(Invitation.id).in_(list(ids)))
    rows = (await session.exec(standing.order_by(col(Invitation.id)))).all()
    for row_id, due_at in rows:
        if due_at and due_at > now():
            await announce(session, InvitationPlanned(str(row_id)), not_before=due_at)
    return [row_id for row_id, due_at in rows if not due_at or due_at <= now()]
