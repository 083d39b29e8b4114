"""What people and customers wish: whether to be written to at all, and by which clock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person


async def stop_asking(session: AsyncSession, person_id: UUID, at: datetime) -> None:
    """No survey writes to this person any more."""
    wanted = col(Person.id) == person_id, col(Person.opted_out_at).is_(None)
    await session.exec(update(Person).where(*wanted).values(opted_out_at=at))


async def ask_again(session: AsyncSession, person_id: UUID) -> None:
    await session.exec(update(Person).where(col(Person.id) == person_id).values(opted_out_at=None))


async def set_zone(session: AsyncSession, customer: str, zone: str | None) -> None:
    await session.exec(update(Customer).where(col(Customer.key) == customer).values(zone=zone))
