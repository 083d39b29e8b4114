"""Reading: what a link opens, whom was asked, what was said."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import keyed_hash
from journeys.models import Customer, Person, Service, Ticket
from surveys.models import Invitation, InvitationLink, Response, Survey, SurveyVersion, Trigger
from surveys.schemas import (
    Asked,
    Construct,
    Letter,
    Published,
    ResponseRate,
    ResponseVoice,
    SurveyDefinition,
    Willing,
)

LONGEST_TOKEN = 200
# Published versions never change: each is read once in the life of a process.
_published: dict[UUID, Published] = {}


async def published(session: AsyncSession, version_id: UUID) -> Published:
    if version_id not in _published:
        row = (await session.exec(select(SurveyVersion).where(SurveyVersion.id == version_id))).one()
        definition = msgspec.convert(row.definition, SurveyDefinition)
        _published[version_id] = Published(version_id, row.number, definition)
    return _published[version_id]


async def newest_version(session: AsyncSession, survey_id: UUID) -> SurveyVersion | None:
    newest = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id)
    return (await session.exec(newest.order_by(col(SurveyVersion.number).desc()).limit(1))).first()


async def survey_by_key(session: AsyncSession, key: str) -> Survey | None:
    return (await session.exec(select(Survey).where(Survey.key == key))).first()


async def triggers(session: AsyncSession) -> Sequence[Trigger]:
    return (await session.exec(select(Trigger).order_by(col(Trigger.id)))).all()


async def trigger_of(session: AsyncSession, survey_id: UUID) -> Trigger | None:
    return (await session.exec(select(Trigger).where(Trigger.survey_id == survey_id))).first()


async def behind_link(session: AsyncSession, token: str) -> Asked:
    """What the link opens. Unknown, forged and expired links are one and the same: there is nothing."""
    row = (await session.exec(_behind(token))).first() if len(token) <= LONGEST_TOKEN else None
    if row is None:
        raise NotFound(_("This link does not lead to a survey, or is no longer valid."))
    invitation, language, ticket, summary = row
    return Asked(
        invitation_id=invitation.id,
        survey=await published(session, invitation.version_id),
        ticket_id=invitation.ticket_id,
        person_id=invitation.person_id,
        answered=invitation.answered_at is not None,
        person_language=language,
        ticket=ticket or "",
        summary=summary or "",
    )


def _behind(token: str) -> Any:
    return (
        select(Invitation, col(Person.language), col(Ticket.key), col(Ticket.summary))
        .join(InvitationLink, col(InvitationLink.invitation_id) == col(Invitation.id))
        .join(Person, col(Person.id) == col(Invitation.person_id), isouter=True)
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id), isouter=True)
        .where(InvitationLink.token_hash == keyed_hash("invitation", token))
        .where(col(Invitation.asked).is_(True), col(Invitation.expires_at) > now())
    )


async def invitation_for(session: AsyncSession, survey_id: UUID, ticket_id: UUID) -> Invitation | None:
    one = select(Invitation).where(Invitation.survey_id == survey_id, Invitation.ticket_id == ticket_id)
    return (await session.exec(one)).first()


async def decided_tickets(session: AsyncSession, survey_id: UUID, ticket_ids: Iterable[UUID]) -> set[UUID]:
    decided = select(Invitation.ticket_id).where(
        Invitation.survey_id == survey_id, col(Invitation.ticket_id).in_(list(ticket_ids))
    )
    return {ticket_id for ticket_id in (await session.exec(decided)).all() if ticket_id}


async def last_asked(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each person was last asked, by whatever survey."""
    statement = (
        select(Invitation.person_id, func.max(Invitation.decided_at))
        .where(col(Invitation.person_id).in_(list(person_ids)), col(Invitation.asked).is_(True))
        .group_by(col(Invitation.person_id))
    )
    return {person_id: asked_at for person_id, asked_at in (await session.exec(statement)).all() if person_id}


async def ticket_words(session: AsyncSession, ticket_ids: Iterable[UUID]) -> dict[UUID, str]:
    statement = select(Ticket.id, Ticket.summary).where(col(Ticket.id).in_(list(ticket_ids)))
    return dict((await session.exec(statement)).all())


async def letters_due(session: AsyncSession, invitation_ids: Iterable[UUID]) -> list[Letter]:
    """Mails still to be sent: asked, neither sent nor answered, and the person may still be written to."""
    statement = (
        select(Invitation, Person, Ticket, Trigger)
        .join(Person, col(Person.id) == col(Invitation.person_id))
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id))
        .join(Trigger, col(Trigger.survey_id) == col(Invitation.survey_id))
        .where(col(Invitation.id).in_(list(invitation_ids)), col(Invitation.asked).is_(True))
        .where(col(Invitation.sent_at).is_(None), col(Invitation.answered_at).is_(None))
        .where(col(Person.email).is_not(None), col(Person.opted_out_at).is_(None))
        .order_by(col(Invitation.decided_at), col(Invitation.id))
    )
    rows = (await session.exec(statement)).all()
    named = {ticket.service_id for _invitation, _person, ticket, _trigger in rows if ticket.service_id}
    services = select(Service.id, Service.name).where(col(Service.id).in_(named))
    names = dict((await session.exec(services)).all())
    return [_letter(*row, names) for row in rows]


def _letter(invitation: Invitation, to: Person, ticket: Ticket, trigger: Trigger, names: dict[UUID, str]) -> Letter:
    return Letter(
        invitation_id=invitation.id,
        version_id=invitation.version_id,
        decided_at=invitation.decided_at,
        to=to.email or "",
        language=invitation.language,
        valid_days=trigger.valid_days,
        ticket=ticket.key,
        summary=ticket.summary,
        service=names.get(ticket.service_id, "") if ticket.service_id else "",
    )


async def response_to(session: AsyncSession, invitation_id: UUID) -> Response | None:
    return (await session.exec(select(Response).where(Response.invitation_id == invitation_id))).first()


async def response_voices(session: AsyncSession, ids: Sequence[UUID]) -> list[ResponseVoice]:
    """The responses as voices, in the order in which they came."""
    statement = (
        select(Response, Invitation.channel)
        .join(Invitation, col(Invitation.id) == col(Response.invitation_id))
        .where(col(Response.id).in_(list(ids)))
        .order_by(col(Response.received_at), col(Response.id))
    )
    return [_voice(response, channel) for response, channel in (await session.exec(statement)).all()]


def _voice(response: Response, channel: str) -> ResponseVoice:
    measured = {entry["construct"]: _measure(entry) for entry in response.answers}
    return ResponseVoice(
        response_id=response.id,
        ticket_id=response.ticket_id,
        person_id=response.person_id,
        language=response.language,
        channel=channel,
        said_at=response.received_at,
        comment=response.comment,
        may_contact=response.may_contact,
        functional=measured.get(Construct.FUNCTIONAL),
        emotional=measured.get(Construct.EMOTIONAL),
        satisfaction=measured.get(Construct.SATISFACTION),
        lost_minutes=measured.get(Construct.LOST_TIME),
    )


def _measure(entry: dict[str, Any]) -> float | None:
    """A step on 0-100 of its scale; minutes as they are; words measure nothing."""
    scale = entry["scale"] or {}
    if "min" in scale:
        return 100 * (float(entry["value"]) - float(scale["min"])) / float(scale["max"] - scale["min"])
    return float(entry["value"]) if entry["construct"] == Construct.LOST_TIME else None


async def willing(session: AsyncSession, scope: frozenset[str] | None, newest: int) -> list[Willing]:
    """The newest answers whose givers may be contacted, for the customers in `scope`."""
    statement = (
        select(Response, Ticket.key, Customer.name, Person)
        .join(Ticket, col(Ticket.id) == col(Response.ticket_id))
        .join(Person, col(Person.id) == col(Response.person_id))
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
        .where(col(Response.may_contact).is_(True))
        .order_by(col(Response.received_at).desc(), col(Response.id))
        .limit(newest)
    )
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    return [_willing(*row) for row in (await session.exec(statement)).all()]


def _willing(response: Response, ticket: str, customer: str | None, person: Person) -> Willing:
    dimensions = (Construct.FUNCTIONAL, Construct.EMOTIONAL, Construct.SATISFACTION)
    return Willing(
        ticket=ticket,
        customer=customer or "",
        name=person.name or "",
        email=person.email or "",
        answered_at=response.received_at,
        scores=[entry["value"] for entry in response.answers if entry["construct"] in dimensions],
        comment=response.comment,
    )


async def response_rate(
    session: AsyncSession,
    scope: frozenset[str] | None,
    since: datetime,
    until: datetime,
    service: str = "",
    customer: str = "",
) -> ResponseRate:
    """What became of the invitations decided from `since` to before `until`, for the customers in `scope`."""
    statement = (
        select(Invitation.asked, Invitation.reason, func.count(), func.count(col(Invitation.answered_at)))
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .where(col(Invitation.decided_at) >= since, col(Invitation.decided_at) < until)
        .group_by(col(Invitation.asked), col(Invitation.reason))
    )
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    if service:
        statement = statement.where(Service.key == service)
    if customer:
        statement = statement.where(Customer.key == customer)
    return _rate((await session.exec(statement)).all())


def _rate(rows: Iterable[tuple[bool, str | None, int, int]]) -> ResponseRate:
    rows = list(rows)
    return ResponseRate(
        asked=sum(n for asked, _reason, n, _answered in rows if asked),
        answered=sum(answered for asked, _reason, _n, answered in rows if asked),
        not_asked={str(reason): n for asked, reason, n, _answered in rows if not asked and reason},
    )
