"""Messages of people, as this floor has to know them: who may read them, and how authors are reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from feedback.models import Feedback
from journeys.models import Customer
from value.schemas.register import Scope


async def may_read_feedback(session: AsyncSession, scope: Scope, id_: UUID) -> bool:
    statement = (
        select(Feedback.id)
        .join(Customer, col(Customer.id) == col(Feedback.customer_id), isouter=True)
        .where(Feedback.id == id_)
    )
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    return (await session.exec(statement)).first() is not None


@dataclass(frozen=True)
class Author:
    """Of a message that is not anonymous. `language`: that of the page it was typed on."""

    email: str
    language: str
    customer: str


async def feedback_authors(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Author]:
    statement = (
        select(Feedback, Customer.key)
        .join(Customer, col(Customer.id) == col(Feedback.customer_id), isouter=True)
        .where(col(Feedback.id).in_(list(ids)))
    )
    rows = (await session.exec(statement)).all()
    return {one.id: Author(one.author_email, one.language, customer or "") for one, customer in rows}
