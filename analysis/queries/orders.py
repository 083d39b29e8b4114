"""Packs that were ordered, and who gets them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from analysis.models import PackOrder, PackSent, PackUnwanted
from core.auth.models import Role, User
from core.auth.schemas import scope_of
from core.db import Session

Scope = frozenset[str] | None


async def orders(session: Session, scope: Scope) -> Sequence[PackOrder]:
    found = select(PackOrder).order_by(col(PackOrder.customer), col(PackOrder.id))
    if scope is not None:
        found = found.where(col(PackOrder.customer).in_(scope))
    return (await session.exec(found)).all()


async def order(session: Session, scope: Scope, id_: UUID) -> PackOrder | None:
    found = await session.get(PackOrder, id_)
    return found if found and (scope is None or found.customer in scope) else None


async def readers(session: Session, one: PackOrder) -> list[User]:
    """Who has the role and sees the customer now, and wants mails."""
    unwanted = select(PackUnwanted.user_id)
    found = select(User).where(User.role == one.role, col(User.active).is_(True), col(User.id).not_in(unwanted))
    users = (await session.exec(found.order_by(col(User.email)))).all()
    return [user for user in users if one.customer in (scope_of(Role(user.role), user.customers) or ())]


async def sent_to(session: Session, order_id: UUID, day: date) -> set[UUID]:
    found = select(PackSent.user_id).where(PackSent.order_id == order_id, PackSent.day == day)
    return set((await session.exec(found)).all())


async def is_unwanted(session: Session, user_id: UUID) -> bool:
    return await session.get(PackUnwanted, user_id) is not None
