"""Deciding for one ticket at the wish of its ticket system, which passes the link on by itself."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.ids import ordered_id
from journeys.models import Person
from journeys.queries import places
from journeys.schemas.places import TicketContext
from journeys.service.bare_tickets import ensure_ticket
from journeys.service.places import ensure_person
from surveys import queries
from surveys.models import Channel, Invitation, Reason, SurveyVersion, Trigger
from surveys.rules.asking import expiry, language_of, may_ask_again, reason_not_to_ask
from surveys.schemas import Asking, InvitationIn, InvitationOut, NotAsked
from surveys.service.inviting import draw, hold_people
from surveys.service.links import new_link


async def invite_by_link(
    session: AsyncSession, scope: frozenset[str] | None, wanted: InvitationIn
) -> InvitationOut | NotAsked:
    version = await _version(session, wanted.survey)
    person = await ensure_person(session, wanted.person.key, wanted.person.email, wanted.person.language)
    ticket = await _ticket(session, scope, wanted, person)
    await hold_people(session, [person.id])
    earlier = await queries.invitation_for(session, version.survey_id, ticket.ticket_id)
    if earlier and not may_ask_again(earlier.reason):
        return NotAsked(Reason.ALREADY_ASKED if earlier.asked else Reason(earlier.reason or Reason.EXCLUDED))
    trigger = await queries.trigger_of(session, version.survey_id) or Trigger(survey_id=version.survey_id)
    reason = await _reason_not_to_ask(session, trigger, ticket, person)
    invitation_id = await _keep(session, earlier, version, ticket.ticket_id, person, reason)
    if reason or not invitation_id:
        return NotAsked(reason or Reason.ALREADY_ASKED)
    expires_at = expiry(now(), trigger.valid_days)
    return InvitationOut(invitation_id, await new_link(session, invitation_id, expires_at), expires_at)


async def _version(session: AsyncSession, key: str) -> SurveyVersion:
    survey = await queries.survey_by_key(session, key)
    version = await queries.newest_version(session, survey.id) if survey else None
    if not version:
        unknown = _("There is no published survey of this key")
        raise Invalid(unknown, [FieldError("survey", unknown)])
    return version


async def _ticket(
    session: AsyncSession, scope: frozenset[str] | None, wanted: InvitationIn, person: Person
) -> TicketContext:
    """A ticket or person of a customer that the token may not see is as good as none."""
    ticket_id = await ensure_ticket(session, wanted.ticket.source, wanted.ticket.id, person)
    context = (await places.ticket_contexts(session, [ticket_id]))[ticket_id]
    if scope is not None:
        customers = await places.customer_keys(session)
        theirs = customers[person.customer_id] if person.customer_id else context.customer
        if not {context.customer, theirs} <= scope:
            raise NotFound(_("There is no such ticket"))
    return context


async def _reason_not_to_ask(
    session: AsyncSession, trigger: Trigger, ticket: TicketContext, person: Person
) -> Reason | None:
    asking = Asking(
        kind=ticket.kind,
        opted_out=person.opted_out_at is not None,
        has_address=bool(person.email),
        last_asked_at=(await queries.last_asked(session, [person.id])).get(person.id),
        resolved_at=None,
        draw=draw(trigger.survey_id, ticket.ticket_id),
        channel=Channel.LINK,
    )
    return reason_not_to_ask(trigger, asking, now())


async def _keep(
    session: AsyncSession,
    earlier: Invitation | None,
    version: SurveyVersion,
    ticket_id: UUID,
    person: Person,
    reason: Reason | None,
) -> UUID | None:
    """Id of the row that says so now; None when another request was first."""
    decision = {
        "version_id": version.id,
        "person_id": person.id,
        "asked": reason is None,
        "reason": reason,
        "channel": Channel.LINK,
        "language": language_of(person.language, []),
        "decided_at": now(),
    }
    if earlier:
        again = update(Invitation).where(col(Invitation.id) == earlier.id, col(Invitation.asked).is_(False))
        changed: CursorResult[Any] = await session.exec(again.values(**decision))
        return earlier.id if changed.rowcount else None
    new_id = ordered_id()
    row = {"id": new_id, "survey_id": version.survey_id, "ticket_id": ticket_id, **decision}
    return new_id if await insert_new(session, Invitation, [row]) else None
