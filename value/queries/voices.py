"""Messages of people, as far as this floor has to know them: whose they are to read."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from feedback.models import Matter
from journeys.models import Customer
from value.schemas.register import Scope


async def may_read_feedback(session: AsyncSession, scope: Scope, id_: UUID) -> bool:
    """Of a customer of theirs; what belongs to no customer, only who sees all."""
    statement = (
        select(Matter.id)
        .join(Customer, col(Customer.id) == col(Matter.customer_id), isouter=True)
        .where(Matter.id == id_)
    )
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    return (await session.exec(statement)).first() is not None
