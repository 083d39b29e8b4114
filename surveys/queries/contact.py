"""Those who may be contacted about what they said."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person, Ticket
from surveys.models import Mode, Response, SurveyVersion
from surveys.queries.answers import MEASURED
from surveys.queries.matters import MODE
from surveys.schemas import Chosen, Willing


async def willing(session: AsyncSession, scope: frozenset[str] | None, newest: int) -> list[Willing]:
    """The newest answers whose givers may be contacted, for the customers in `scope`.

    Each way in which they may is walked by an index of its own, newest first, however many others answered.
    """
    agreed = col(Response.may_contact)
    named = [(col(Response.version_id) == id_) & agreed.is_(False) for id_ in await _identified(session)]
    found = [row for way in [agreed.is_(True), *named] for row in await _newest(session, scope, way, newest)]
    found.sort(key=lambda row: (row[0].received_at, row[0].id), reverse=True)
    return [_willing(*row) for row in found[:newest]]


async def _identified(session: AsyncSession) -> list[UUID]:
    """Surveys that said so; the version keeps what it promised."""
    return list((await session.exec(select(SurveyVersion.id).where(Mode.IDENTIFIED.value == MODE))).all())


async def _newest(
    session: AsyncSession, scope: frozenset[str] | None, way: Any, newest: int
) -> list[tuple[Response, str, str | None, Person]]:
    statement = (
        select(Response, Ticket.key, Customer.name, Person)
        .join(Ticket, col(Ticket.id) == col(Response.ticket_id))
        .join(Person, col(Person.id) == col(Response.person_id))
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
        .where(way)
        .order_by(col(Response.received_at).desc(), col(Response.id).desc())
        .limit(newest)
    )
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    return list((await session.exec(statement)).all())


def _willing(response: Response, ticket: str, customer: str | None, person: Person) -> Willing:
    scores = [
        Chosen(entry["construct"], entry["value"], entry["scale"]["max"])
        for entry in response.answers
        if entry["construct"] in MEASURED and isinstance(entry["value"], int) and entry["scale"]
    ]
    return Willing(
        ticket=ticket,
        customer=customer or "",
        name=person.name or "",
        email=person.email or "",
        answered_at=response.received_at,
        scores=scores,
        comment=response.comment,
    )
