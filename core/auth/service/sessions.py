"""Coming in, going out, and what is signed in meanwhile."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core import i18n
from core.audit import service as audit
from core.auth.models import User, UserSession
from core.auth.queries import user_by_email, user_by_openid
from core.auth.rules import HALF_LENGTH, SESSION_LENGTH
from core.auth.schemas import Identity, NewSession
from core.auth.service.passwords import is_right
from core.auth.service.users import set_password
from core.clock import now
from core.errors import NotFound, NotSignedIn
from core.ids import keyed_hash, new_secret


async def sign_in(session: AsyncSession, email: str, password: str, browser: str = "") -> NewSession:
    """Wrong address and wrong password look alike. Where there is a second step, the session opens nothing yet."""
    user = await user_by_email(session, email)
    if not is_right(user, password) or not user or not user.active:
        raise NotSignedIn("Address or password is wrong")
    if user.totp_since is not None:
        return NewSession(await _open(session, user, browser, HALF_LENGTH, half=True), half=True)
    return await let_in(session, user, browser)


async def sign_in_by_openid(session: AsyncSession, identity: Identity, browser: str = "") -> NewSession:
    """Who came in that way before; else whoever has this address, which the provider must have verified.

    The second step is the provider's matter then.
    """
    user = await user_by_openid(session, identity.openid) or await _first_time(session, identity)
    if user is None or not user.active:
        raise NotSignedIn("Nobody here has that address")
    return await let_in(session, user, browser)


async def _first_time(session: AsyncSession, identity: Identity) -> User | None:
    user = await user_by_email(session, identity.email) if identity.email_verified else None
    if user is None or user.openid is not None:
        return None
    user.openid = identity.openid
    session.add(user)
    return user


async def let_in(session: AsyncSession, user: User, browser: str) -> NewSession:
    await audit.record(session, user.email, "auth.signed_in", str(user.id))
    user.language = i18n.current()
    session.add(user)
    return NewSession(await _open(session, user, browser, SESSION_LENGTH))


async def _open(session: AsyncSession, user: User, browser: str, length: timedelta, half: bool = False) -> str:
    """A cookie that nobody had before."""
    cookie = new_secret()
    await session.exec(delete(UserSession).where(col(UserSession.expires_at) < now()))
    session.add(
        UserSession(
            token_hash=keyed_hash("session", cookie),
            user_id=user.id,
            created_at=now(),
            expires_at=now() + length,
            browser=browser,
            half=half,
        )
    )
    return cookie


async def sign_out(session: AsyncSession, cookie: str) -> None:
    await session.exec(delete(UserSession).where(col(UserSession.token_hash) == keyed_hash("session", cookie)))


async def end_session(session: AsyncSession, user_id: UUID, id_: UUID) -> None:
    """One of their own; the session of somebody else is not there for them."""
    statement = delete(UserSession).where(col(UserSession.id) == id_, col(UserSession.user_id) == user_id)
    if not (await session.exec(statement)).rowcount:
        raise NotFound("That session has ended already")


async def end_other_sessions(session: AsyncSession, user_id: UUID, kept: UUID | None) -> None:
    statement = delete(UserSession).where(col(UserSession.user_id) == user_id)
    await session.exec(statement.where(col(UserSession.id) != kept) if kept else statement)


async def change_own_password(session: AsyncSession, user: User, old: str, new: str, browser: str = "") -> NewSession:
    """Ends every session, this one too, and opens a new one."""
    if not is_right(user, old):
        raise NotSignedIn("The old password is wrong")
    await set_password(session, user, new)
    await audit.record(session, user.email, "auth.password_changed", str(user.id))
    return NewSession(await _open(session, user, browser, SESSION_LENGTH))
