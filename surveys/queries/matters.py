"""Asking and answering about tickets, as far as it may be told of one person."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person, Ticket
from surveys.models import Invitation, Mode, Response, SurveyVersion
from surveys.schemas import Construct
from surveys.schemas.matters import AskedAbout, ToldOpenly

SHOWN = (Construct.FUNCTIONAL, Construct.EMOTIONAL, Construct.SATISFACTION, Construct.OVERALL)
MODE: Any = func.coalesce(col(SurveyVersion.definition)["mode"].as_string(), Mode.CONFIDENTIAL.value)


def _within(statement: Any, scope: frozenset[str] | None, tickets: Collection[UUID]) -> Any:
    chosen = statement.where(col(Ticket.id).in_(tickets))
    if scope is None:
        return chosen
    return chosen.join(Customer, col(Customer.id) == col(Ticket.customer_id)).where(col(Customer.key).in_(scope))


async def asked_about(
    session: AsyncSession, scope: frozenset[str] | None, tickets: Collection[UUID]
) -> list[AskedAbout]:
    """Of anonymous surveys not even that is told."""
    at = func.coalesce(Invitation.sent_at, Invitation.decided_at)
    statement = (
        select(Ticket.id, col(SurveyVersion.definition)["title"], Invitation.channel, at)
        .join(Invitation, col(Invitation.ticket_id) == col(Ticket.id))
        .join(SurveyVersion, col(SurveyVersion.id) == col(Invitation.version_id))
        .where(col(Invitation.asked).is_(True), Mode.ANONYMOUS.value != MODE)
    )
    rows = (await session.exec(_within(statement, scope, tickets))).all()
    return [AskedAbout(ticket, title, channel, sent) for ticket, title, channel, sent in rows]


async def told_openly(
    session: AsyncSession, scope: frozenset[str] | None, tickets: Collection[UUID]
) -> list[ToldOpenly]:
    """Answers whose givers may be contacted about them, and those to surveys that said that they name who answers. All
    others are told in groups only, not even that they are there."""
    statement = (
        select(Ticket.id, Response, Person.name)
        .join(Response, col(Response.ticket_id) == col(Ticket.id))
        .join(SurveyVersion, col(SurveyVersion.id) == col(Response.version_id))
        .join(Person, col(Person.id) == col(Response.person_id), isouter=True)
        .where(or_(col(Response.may_contact).is_(True), Mode.IDENTIFIED.value == MODE))
    )
    return [_told(*row) for row in (await session.exec(_within(statement, scope, tickets))).all()]


def _told(ticket_id: UUID, response: Response, name: str | None) -> ToldOpenly:
    scores = {
        entry["construct"]: (entry["value"], entry["scale"]["max"])
        for entry in response.answers
        if entry["construct"] in SHOWN and isinstance(entry["value"], int) and "max" in (entry["scale"] or {})
    }
    return ToldOpenly(ticket_id, response.received_at, name or "", scores, response.comment)
