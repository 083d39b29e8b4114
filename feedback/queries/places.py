"""What feedback is about, by key."""

from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Person, Service, Touchpoint


async def service_id(session: AsyncSession, key: str) -> UUID | None:
    return (await session.exec(select(Service.id).where(Service.key == key))).first()


async def touchpoint_id(session: AsyncSession, key: str) -> UUID | None:
    return (await session.exec(select(Touchpoint.id).where(Touchpoint.key == key))).first()


async def customer_id(session: AsyncSession, key: str) -> UUID | None:
    return (await session.exec(select(Customer.id).where(Customer.key == key))).first()


async def customer_id_of(session: AsyncSession, email: str) -> UUID | None:
    """The customer of the people known by that address; None when they belong to several."""
    statement = select(Person.customer_id).where(func.lower(col(Person.email)) == email).distinct().limit(2)
    found = (await session.exec(statement)).all()
    return found[0] if len(found) == 1 else None
