"""Service reviews and employee surveys."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from value.models import Programme, Review
from value.schemas.register import Scope


def _within(statement: Any, table: type[Review] | type[Programme], scope: Scope) -> Any:
    return statement if scope is None else statement.where(col(table.customer).in_(scope))


async def reviews(session: AsyncSession, scope: Scope) -> Sequence[Review]:
    """Newest first."""
    statement = select(Review).order_by(col(Review.held_on).desc(), col(Review.id).desc()).limit(100)
    found: Sequence[Review] = (await session.exec(_within(statement, Review, scope))).all()
    return found


async def review(session: AsyncSession, scope: Scope, id_: UUID) -> Review | None:
    statement = _within(select(Review).where(Review.id == id_), Review, scope)
    found: Review | None = (await session.exec(statement)).first()
    return found


async def last_review(session: AsyncSession, customer: str, before: date) -> Review | None:
    statement = select(Review).where(Review.customer == customer, Review.held_on < before)
    return (await session.exec(statement.order_by(col(Review.held_on).desc()).limit(1))).first()


async def next_review(session: AsyncSession, customer: str, since: date) -> Review | None:
    statement = select(Review).where(Review.customer == customer, Review.held_on >= since)
    found: Review | None = (await session.exec(statement.order_by(col(Review.held_on)).limit(1))).first()
    return found


async def programmes(session: AsyncSession, scope: Scope) -> Sequence[Programme]:
    statement = _within(select(Programme).order_by(col(Programme.opened_on).desc()), Programme, scope)
    found: Sequence[Programme] = (await session.exec(statement)).all()
    return found


async def programme(session: AsyncSession, scope: Scope, id_: UUID) -> Programme | None:
    statement = _within(select(Programme).where(Programme.id == id_), Programme, scope)
    found: Programme | None = (await session.exec(statement)).first()
    return found


async def programme_of_survey(session: AsyncSession, key: str) -> Programme | None:
    """The newest one that the survey asks for."""
    statement: Any = select(Programme).where(Programme.survey == key)
    newest = statement.order_by(col(Programme.opened_on).desc(), col(Programme.id).desc()).limit(1)
    found: Programme | None = (await session.exec(newest)).first()
    return found
