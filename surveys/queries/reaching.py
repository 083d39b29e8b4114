"""Who gave an answer, as far as they let themselves be written to."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person
from surveys.models import Mode, Response, SurveyVersion
from surveys.queries.asking import troubled
from surveys.schemas.reaching import Reach


async def reachable(session: AsyncSession, response_ids: Iterable[UUID]) -> dict[UUID, Reach]:
    """By response. Anonymous answers have nobody behind them, and are not in it."""
    statement = (
        select(Response, Person, Customer.key, col(SurveyVersion.definition)["mode"].as_string())
        .join(Person, col(Person.id) == col(Response.person_id))
        .join(Customer, col(Customer.id) == col(Person.customer_id), isouter=True)
        .join(SurveyVersion, col(SurveyVersion.id) == col(Response.version_id))
        .where(col(Response.id).in_(list(response_ids)))
    )
    rows = (await session.exec(statement)).all()
    away = await troubled(session, [person.email for _response, person, _customer, _mode in rows if person.email])
    return {
        response.id: Reach(
            response_id=response.id,
            person_id=person.id,
            email="" if person.email in away else person.email or "",
            language=response.language or person.language or "",
            customer=customer or "",
            willing=(response.may_contact or mode == Mode.IDENTIFIED) and person.opted_out_at is None,
        )
        for response, person, customer, mode in rows
    }
