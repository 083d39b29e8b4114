"""What a link opens, and what was said."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import keyed_hash
from journeys.models import Customer, Person, Ticket
from surveys.models import Invitation, InvitationLink, Response
from surveys.queries.definitions import published
from surveys.schemas import (
    Asked,
    Construct,
    ResponseVoice,
    Willing,
)

LONGEST_TOKEN = 200


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
