from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.auth.models import ApiToken, Role, User, UserSession
from core.auth.queries import user_by_email
from core.auth.rules import SESSION_LENGTH, check_password, checked_email
from core.clock import now
from core.errors import Conflict, NotFound, NotSignedIn
from core.ids import keyed_hash, new_secret

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Compared when the address is unknown, so that the answer takes as long as for a known one."""
    return _hasher.hash("nobody has this password")


async def add_user(session: AsyncSession, email: str, password: str, role: Role, customers: list[str]) -> User:
    check_password(password)
    address = checked_email(email)
    if await user_by_email(session, address):
        raise Conflict(f"{address} is a user already")
    user = User(email=address, password_hash=_hasher.hash(password), role=role, customers=customers, created_at=now())
    session.add(user)
    await session.flush()
    return user


async def set_password(session: AsyncSession, user: User, password: str) -> None:
    """A new password ends every session that the old one opened."""
    check_password(password)
    user.password_hash = _hasher.hash(password)
    session.add(user)
    await _end_sessions(session, user)


async def change_role(session: AsyncSession, user: User, role: Role, customers: list[str]) -> None:
    """Whoever was signed in with the old role has to sign in again."""
    user.role, user.customers = role, customers
    session.add(user)
    await _end_sessions(session, user)


async def disable(session: AsyncSession, user: User) -> None:
    user.active = False
    session.add(user)
    await _end_sessions(session, user)


async def _end_sessions(session: AsyncSession, user: User) -> None:
    await session.exec(delete(UserSession).where(col(UserSession.user_id) == user.id))


async def sign_in(session: AsyncSession, email: str, password: str) -> str:
    """The cookie of a new session. Wrong address and wrong password look alike."""
    user = await user_by_email(session, email)
    try:
        _hasher.verify(user.password_hash if user else _nobody(), password)
    except VerificationError:
        raise NotSignedIn("Address or password is wrong") from None
    if not user or not user.active:
        raise NotSignedIn("Address or password is wrong")
    cookie = new_secret()
    await session.exec(delete(UserSession).where(col(UserSession.expires_at) < now()))
    session.add(
        UserSession(token_hash=keyed_hash("session", cookie), user_id=user.id, expires_at=now() + SESSION_LENGTH)
    )
    return cookie


async def sign_out(session: AsyncSession, cookie: str) -> None:
    await session.exec(delete(UserSession).where(col(UserSession.token_hash) == keyed_hash("session", cookie)))


async def add_token(session: AsyncSession, name: str, role: Role, customers: list[str]) -> str:
    """The token itself: this is the only time it is seen."""
    if (await session.exec(select(ApiToken).where(ApiToken.name == name))).first():
        raise Conflict(f"A token named {name} exists already")
    token = new_secret()
    row = ApiToken(name=name, token_hash=keyed_hash("token", token), role=role, customers=customers, created_at=now())
    session.add(row)
    await session.flush()
    return token


async def revoke_token(session: AsyncSession, name: str) -> None:
    found = (await session.exec(select(ApiToken).where(ApiToken.name == name))).first()
    if found is None:
        raise NotFound(f"There is no token named {name}")
    found.revoked_at = found.revoked_at or now()
    session.add(found)
