"""Interviews by telephone: whom to call is drawn here, by the survey's rules and both clocks; nobody chooses."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.errors import Conflict, NotFound
from core.i18n import gettext as _
from journeys.models import Ticket
from journeys.queries.matters import running_incidents, snapshots
from journeys.schemas.places import TicketSnapshot
from surveys import queries
from surveys.models import Channel, Detail, Invitation, Mode, Reason, Survey, SurveyVersion
from surveys.queries import interviewing
from surveys.rules.asking import expiry
from surveys.schemas import Refusal, TriggerDefinition
from surveys.service.inviting import hold_people
from surveys.service.inviting_by_link import keep_decision, refusal_of

# So long one interviewer has somebody to themselves; afterwards whoever asks next gets them.
HELD = timedelta(minutes=30)
NEXT_CALL = {Detail.NOT_REACHED: timedelta(days=1), Detail.CALL_AGAIN: timedelta(hours=2), Detail.REFUSED: timedelta()}


async def survey_to_ask(session: AsyncSession, key: str) -> tuple[Survey, SurveyVersion]:
    survey = await queries.survey_by_key(session, key)
    version = await queries.newest_version(session, survey.id) if survey and not survey.archived_at else None
    if not survey or not version:
        raise NotFound(_("There is no published survey of this key"))
    if survey.mode == Mode.ANONYMOUS:
        raise Conflict(_("An anonymous survey cannot be asked by telephone: whoever calls knows who answers."))
    return survey, version


async def next_interview(session: AsyncSession, scope: frozenset[str] | None, key: str, days: int) -> UUID | None:
    """Whom to call now: who is to be called again, else somebody drawn by lot; None when nobody is left."""
    survey, version = await survey_to_ask(session, key)
    for waiting in await interviewing.to_call(session, scope, survey.id, now()):
        if await _held(session, waiting):
            return waiting.id
    since = now() - timedelta(days=days)
    for ticket_id in await interviewing.drawable(session, scope, survey.id, since, now()):
        if drawn := await _drawn(session, version, ticket_id):
            return drawn
    return None


async def _held(session: AsyncSession, waiting: Invitation) -> bool:
    """Two interviewers never call the same person: whoever changes the time first has them."""
    mine = update(Invitation).where(col(Invitation.id) == waiting.id, col(Invitation.due_at) == waiting.due_at)
    changed: CursorResult[Any] = await session.exec(mine.values(due_at=now() + HELD))
    return bool(changed.rowcount)


async def _drawn(session: AsyncSession, version: SurveyVersion, ticket_id: UUID) -> UUID | None:
    """Decided like every other ask: the row says that they are asked, or why not."""
    ticket = await session.get_one(Ticket, ticket_id)
    people = await hold_people(session, [ticket.requester_id])
    person = next(iter(people.values()))
    known = (await snapshots(session, [ticket_id]))[ticket_id]
    trigger = await queries.trigger_of(session, version.survey_id) or TriggerDefinition()
    refusal = await _incident(session, trigger, known) or await refusal_of(
        session, version.survey_id, trigger, known, ticket_id, person, Channel.PHONE
    )
    earlier = await queries.invitation_for(session, version.survey_id, ticket_id)
    kept = await keep_decision(session, earlier, version, ticket_id, person, known, refusal, Channel.PHONE)
    if refusal or not kept:
        return None
    at = now()
    held = {"due_at": at + HELD, "sent_at": at, "expires_at": expiry(at, trigger.valid_days)}
    await session.exec(update(Invitation).where(col(Invitation.id) == kept).values(**held))
    return kept


async def _incident(session: AsyncSession, trigger: TriggerDefinition, ticket: TicketSnapshot) -> Refusal | None:
    service = ticket.context.get("service", "")
    if not trigger.major_priorities or service not in await running_incidents(session, trigger.major_priorities):
        return None
    return Refusal(Reason.EXCLUDED, Detail.MAJOR_INCIDENT)


async def note_call(session: AsyncSession, invitation_id: UUID, how: Detail) -> None:
    """How the call went. Whoever refused is not called again; the others come back when their time has come."""
    values: dict[str, Any] = {"detail": how, "due_at": now() + NEXT_CALL[how]}
    if how is not Detail.NOT_REACHED:
        values["opened_at"] = now()
    await session.exec(update(Invitation).where(col(Invitation.id) == invitation_id).values(**values))
