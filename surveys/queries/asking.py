"""Whom was asked, and who is to be written to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person, Service, Ticket
from surveys.models import Invitation, Trigger
from surveys.schemas import (
    Letter,
    ResponseRate,
)


async def triggers(session: AsyncSession) -> Sequence[Trigger]:
    return (await session.exec(select(Trigger).order_by(col(Trigger.id)))).all()


async def trigger_of(session: AsyncSession, survey_id: UUID) -> Trigger | None:
    return (await session.exec(select(Trigger).where(Trigger.survey_id == survey_id))).first()


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
