"""What has been taken in from elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer
from surveys.models import ResponseOrigin
from surveys.schemas import Told


async def known(session: AsyncSession, told: Sequence[Told]) -> set[tuple[str, str]]:
    """Those of them that are there, by source and id."""
    sources, ids = {one.source for one in told}, {one.external_id for one in told}
    statement = select(ResponseOrigin.source, ResponseOrigin.external_id).where(
        col(ResponseOrigin.source).in_(sources), col(ResponseOrigin.external_id).in_(ids)
    )
    return set((await session.exec(statement)).all())


async def of_note(
    session: AsyncSession, scope: frozenset[str] | None, source: str, note: str, since: datetime
) -> Sequence[UUID]:
    """The answers that are points of a note which was entered since, about customers in scope."""
    statement = select(ResponseOrigin.response_id).where(
        col(ResponseOrigin.source) == source,
        col(ResponseOrigin.external_id).startswith(f"{note}/", autoescape=True),
        col(ResponseOrigin.entered_at) > since,
    )
    if scope is not None:
        statement = statement.join(Customer, col(Customer.id) == col(ResponseOrigin.customer_id))
        statement = statement.where(col(Customer.key).in_(scope))
    return (await session.exec(statement)).all()
