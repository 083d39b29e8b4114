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
from journeys.queries.matters import snapshots
from journeys.schemas.places import TicketContext, TicketSnapshot
from journeys.service.bare_tickets import ensure_ticket
from journeys.service.places import ensure_person
from surveys import queries
from surveys.models import Channel, Invitation, Reason, SurveyVersion
from surveys.rules.asking import episode, expiry, language_of, may_ask_again, verdict
from surveys.schemas import Asking, InvitationIn, InvitationOut, Later, NotAsked, Refusal, TriggerDefinition
from surveys.service.inviting import LONGEST_CLOCK, draw, hold_people
from surveys.service.links import new_link


async def invite_by_link(
    session: AsyncSession, scope: frozenset[str] | None, wanted: InvitationIn
) -> InvitationOut | NotAsked:
    version = await _version(session, wanted.survey)
    person = await ensure_person(session, wanted.person.key, wanted.person.email, wanted.person.language)
    ticket = await _ticket(session, scope, wanted, person)
    await hold_people(session, [person.id])
    known = (await snapshots(session, [ticket.ticket_id]))[ticket.ticket_id]
    earlier = await about_this_episode(session, version.survey_id, ticket.ticket_id, known)
    if earlier and (earlier.asked or not may_ask_again(earlier.reason)):
        return NotAsked(Reason.ALREADY_ASKED if earlier.asked else Reason(earlier.reason or Reason.EXCLUDED))
    trigger = await queries.trigger_of(session, version.survey_id) or TriggerDefinition()
    refusal = await refusal_of(session, version.survey_id, trigger, known, ticket.ticket_id, person, Channel.LINK)
    invitation_id = await keep_decision(
        session, earlier, version, ticket.ticket_id, person, known, refusal, Channel.LINK
    )
    if refusal or not invitation_id:
        return NotAsked(refusal.reason if refusal else Reason.ALREADY_ASKED)
    expires_at = expiry(now(), trigger.valid_days)
    return InvitationOut(invitation_id, await new_link(session, invitation_id, expires_at), expires_at)


async def about_this_episode(
    session: AsyncSession, survey_id: UUID, ticket_id: UUID, known: TicketSnapshot
) -> Invitation | None:
    """A ticket that was reopened and resolved anew may be asked about anew."""
    earlier = await queries.invitation_for(session, survey_id, ticket_id)
    unit = episode(known.resolved_at)
    return earlier if earlier and (not unit or earlier.unit in ("", unit)) else None


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


async def refusal_of(
    session: AsyncSession,
    survey_id: UUID,
    trigger: TriggerDefinition,
    ticket: TicketSnapshot,
    ticket_id: UUID,
    person: Person,
    channel: Channel,
) -> Refusal | None:
    """The trigger's rules, but for the moment, which is the ticket system's choice, and the address."""
    asks = (await queries.asks_of(session, [person.id], now() - LONGEST_CLOCK))[person.id]
    unwanted = await queries.opted_out(session, [person.id])
    asking = Asking(
        survey_id=survey_id,
        attributes=ticket.context,
        more=ticket.attributes,
        draw=draw(survey_id, ticket_id),
        person_key=person.key,
        opted_out=person.opted_out_at is not None or (person.id, survey_id) in unwanted,
        has_address=bool(person.email),
        bounced=bool(person.email and await queries.troubled(session, [person.email])),
        asks=tuple(asks),
        asked_before=(survey_id, ticket_id) in await queries.asked_tickets(session, [ticket_id]),
        channel=channel,
    )
    found = verdict(trigger, await queries.asking_policy(session), asking, now())
    return Refusal(Reason.COOLDOWN) if isinstance(found, Later) else found


async def keep_decision(
    session: AsyncSession,
    earlier: Invitation | None,
    version: SurveyVersion,
    ticket_id: UUID,
    person: Person,
    ticket: TicketSnapshot,
    refusal: Refusal | None,
    channel: Channel,
) -> UUID | None:
    """Id of the row that says so now; None when another request was first."""
    decision = {
        "version_id": version.id,
        "person_id": person.id,
        "asked": refusal is None,
        "reason": refusal.reason if refusal else None,
        "detail": refusal.detail if refusal else None,
        "channel": channel,
        "language": language_of(person.language, []),
        "snapshot": {} if refusal else ticket.kept(),
        "decided_at": now(),
        "counted": False,
    }
    if earlier:
        again = update(Invitation).where(col(Invitation.id) == earlier.id, col(Invitation.asked).is_(False))
        changed: CursorResult[Any] = await session.exec(again.values(**decision))
        return earlier.id if changed.rowcount else None
    new_id = ordered_id()
    row = {
        "id": new_id,
        "survey_id": version.survey_id,
        "ticket_id": ticket_id,
        "unit": episode(ticket.resolved_at),
        "over_at": ticket.resolved_at,
        "seen_at": now(),
        "stratum": "",
        "reminded": 0,
        **decision,
    }
    return new_id if await insert_new(session, Invitation, [row]) else None
