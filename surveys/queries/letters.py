"""Reading for mails: what is still to be sent, and to whom it may be."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person, Service, Ticket
from surveys.models import Channel, Invitation, OptOut, Trigger
from surveys.queries.asking import definition_of
from surveys.schemas import Letter


async def letters_due(session: AsyncSession, invitation_ids: Iterable[UUID]) -> list[Letter]:
    """Mails still to be sent: asked, neither sent nor answered, and the person may still be written to."""
    waiting = _writable(invitation_ids).where(col(Invitation.sent_at).is_(None))
    return await _letters(session, waiting)


async def reminders_due(session: AsyncSession, invitation_ids: Iterable[UUID], at: datetime) -> list[Letter]:
    """Of who was written to and has not answered, while the link is good and the trigger has reminders left."""
    waiting = _writable(invitation_ids).where(col(Invitation.sent_at).is_not(None), col(Invitation.expires_at) > at)
    return await _letters(session, waiting, reminder=True)


def _writable(invitation_ids: Iterable[UUID]) -> Any:
    no_more = select(OptOut.person_id).where(
        OptOut.person_id == Invitation.person_id, OptOut.survey_id == Invitation.survey_id
    )
    statement: Any = select(Invitation, Person, Ticket, Trigger).add_columns(col(Customer.zone))
    return (
        statement.join(Person, col(Person.id) == col(Invitation.person_id))
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id))
        .join(Trigger, col(Trigger.survey_id) == col(Invitation.survey_id))
        .join(Customer, col(Customer.id) == col(Person.customer_id), isouter=True)
        .where(col(Invitation.id).in_(list(invitation_ids)), col(Invitation.asked).is_(True))
        .where(Invitation.channel == Channel.MAIL, col(Invitation.answered_at).is_(None))
        .where(col(Invitation.bounced_at).is_(None), ~no_more.exists())
        .where(col(Person.email).is_not(None), col(Person.opted_out_at).is_(None))
        .order_by(col(Invitation.decided_at), col(Invitation.id))
    )


async def _letters(session: AsyncSession, statement: Any, reminder: bool = False) -> list[Letter]:
    rows = (await session.exec(statement)).all()
    names = dict[UUID, str]()
    for table, field in ((Service, "service_id"), (Customer, "customer_id")):
        ids = {getattr(row[2], field) for row in rows} - {None}
        names |= dict((await session.exec(select(table.id, table.name).where(col(table.id).in_(ids)))).all())
    letters = [_letter(row, names, reminder) for row in rows]
    return [letter for letter in letters if not letter.reminder or letter.reminder <= letter.trigger.reminders]


def _letter(row: Any, names: dict[UUID, str], reminder: bool) -> Letter:
    invitation, to, ticket, trigger, customer_zone = row
    return Letter(
        invitation_id=invitation.id,
        survey_id=invitation.survey_id,
        person_id=to.id,
        version_id=invitation.version_id,
        decided_at=invitation.decided_at,
        to=to.email or "",
        language=invitation.language,
        trigger=definition_of(trigger),
        ticket=ticket.key,
        summary=ticket.summary,
        service=names.get(ticket.service_id, ""),
        pipes={
            **{name: str(getattr(ticket, name)) for name in ("key", "summary", "kind", "group", "priority", "channel")},
            "service": names.get(ticket.service_id, ""),
            "customer": names.get(ticket.customer_id, ""),
        },
        zones=(to.zone, customer_zone),
        reminder=invitation.reminded + 1 if reminder else 0,
        expires_at=invitation.expires_at,
    )


async def sent_lately(session: AsyncSession, at: datetime) -> int:
    """Mails of the last minute, for the pace that the mail server is given."""
    since = at - timedelta(minutes=1)
    return (await session.exec(select(func.count()).where(col(Invitation.sent_at) > since))).one()
