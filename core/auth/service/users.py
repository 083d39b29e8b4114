"""Accounts: who may come in, as what, and for which customers."""

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.auth.models import PasswordLink, Role, User, UserSession
from core.auth.queries import other_admins, user_by_email
from core.auth.rules import LINK_LENGTH, check_password, checked_email
from core.auth.service import passwords
from core.clock import now
from core.errors import Conflict, NotFound
from core.ids import keyed_hash, new_secret


async def add_user(session: AsyncSession, email: str, password: str, role: Role, customers: list[str]) -> User:
    check_password(password)
    return await _add(session, email, passwords.hasher.hash(password), role, customers)


async def invite(session: AsyncSession, email: str, role: Role, customers: list[str]) -> tuple[User, str]:
    """An account without a password, and the secret of the link with which its owner chooses one."""
    user = await _add(session, email, "", role, customers)
    return user, await new_link(session, user)


async def _add(session: AsyncSession, email: str, password_hash: str, role: Role, customers: list[str]) -> User:
    address = checked_email(email)
    if await user_by_email(session, address):
        raise Conflict(f"{address} is a user already")
    user = User(email=address, password_hash=password_hash, role=role, customers=customers, created_at=now())
    session.add(user)
    await session.flush()
    return user


async def new_link(session: AsyncSession, user: User) -> str:
    """The secret of a link; the ones before it open nothing any more."""
    secret = new_secret()
    await session.exec(delete(PasswordLink).where(col(PasswordLink.user_id) == user.id))
    row = PasswordLink(token_hash=keyed_hash("password-link", secret), user_id=user.id, expires_at=now() + LINK_LENGTH)
    session.add(row)
    await session.flush()
    return secret


async def use_link(session: AsyncSession, secret: str, password: str) -> User:
    """Choose a password by a link, once."""
    check_password(password)
    statement = delete(PasswordLink).where(
        col(PasswordLink.token_hash) == keyed_hash("password-link", secret), col(PasswordLink.expires_at) > now()
    )
    owner = (await session.exec(statement.returning(col(PasswordLink.user_id)))).first()
    user = await session.get(User, owner[0]) if owner else None
    if user is None or not user.active:
        raise NotFound("This link opens nothing")
    await set_password(session, user, password)
    return user


async def set_password(session: AsyncSession, user: User, password: str) -> None:
    """A new password ends every session that the old one opened."""
    check_password(password)
    user.password_hash = passwords.hasher.hash(password)
    session.add(user)
    await end_sessions(session, user)


async def change_role(session: AsyncSession, user: User, role: Role, customers: list[str]) -> None:
    """Whoever was signed in with the old role has to sign in again."""
    if role is not Role.ADMIN:
        await _keep_an_admin(session, user)
    user.role, user.customers = role, customers
    session.add(user)
    await end_sessions(session, user)


async def disable(session: AsyncSession, user: User) -> None:
    await _keep_an_admin(session, user)
    user.active = False
    session.add(user)
    await session.exec(delete(PasswordLink).where(col(PasswordLink.user_id) == user.id))
    await end_sessions(session, user)


async def enable(session: AsyncSession, user: User) -> None:
    user.active = True
    session.add(user)


async def _keep_an_admin(session: AsyncSession, user: User) -> None:
    """Without one nobody could let anybody in any more. Administrators change one after the other."""
    if user.role != Role.ADMIN:
        return
    await session.exec(select(User.id).where(User.role == Role.ADMIN).with_for_update())
    if not await other_admins(session, user.id):
        raise Conflict("One administrator at least has to be able to sign in")


async def end_sessions(session: AsyncSession, user: User) -> None:
    await session.exec(delete(UserSession).where(col(UserSession.user_id) == user.id))
