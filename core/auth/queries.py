from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.auth.models import ApiToken, PasswordLink, RecoveryCode, Role, User, UserSession
from core.auth.schemas import Principal, scope_of
from core.clock import now
from core.ids import keyed_hash
from core.settings import settings


async def signed_in(session: AsyncSession, cookie: str) -> Principal | None:
    """Read on every request, so that a changed role or portfolio counts at once."""
    statement = (
        select(User, UserSession.id)
        .join(UserSession, col(UserSession.user_id) == col(User.id))
        .where(UserSession.token_hash == keyed_hash("session", cookie), col(UserSession.half).is_(False))
        .where(col(UserSession.expires_at) > now(), col(User.active).is_(True))
    )
    found = (await session.exec(statement)).first()
    return _principal(*found) if found else None


def _principal(user: User, session: UUID) -> Principal:
    role = Role(user.role)
    asked = settings().admin_second_step and role is Role.ADMIN and user.password_hash != ""
    return Principal(
        user.email, role, scope_of(role, user.customers), user.id, session, asked and user.totp_since is None
    )


async def token_holder(session: AsyncSession, token: str) -> Principal | None:
    statement = select(ApiToken).where(
        ApiToken.token_hash == keyed_hash("token", token), col(ApiToken.revoked_at).is_(None)
    )
    found = (await session.exec(statement)).first()
    return Principal(found.name, Role(found.role), scope_of(Role(found.role), found.customers)) if found else None


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    return (await session.exec(select(User).where(User.email == email.strip().lower()))).first()


async def user_by_openid(session: AsyncSession, openid: str) -> User | None:
    return (await session.exec(select(User).where(User.openid == openid))).first()


async def user(session: AsyncSession, id_: UUID) -> User | None:
    return await session.get(User, id_)


async def users(session: AsyncSession) -> Sequence[User]:
    """Those who can come in first, by address."""
    return (await session.exec(select(User).order_by(col(User.active).desc(), col(User.email)))).all()


async def administrators(session: AsyncSession) -> Sequence[User]:
    """Who can come in."""
    statement = select(User).where(User.role == Role.ADMIN, col(User.active).is_(True)).order_by(col(User.email))
    return (await session.exec(statement)).all()


async def other_admins(session: AsyncSession, id_: UUID) -> int:
    """How many other administrators can come in."""
    statement = (
        select(func.count())
        .select_from(User)
        .where(User.role == Role.ADMIN, col(User.active).is_(True), col(User.id) != id_)
    )
    return (await session.exec(statement)).one()


async def user_by_link(session: AsyncSession, secret: str) -> User | None:
    """Whose password may be chosen with this link."""
    statement = (
        select(User)
        .join(PasswordLink, col(PasswordLink.user_id) == col(User.id))
        .where(PasswordLink.token_hash == keyed_hash("password-link", secret))
        .where(col(PasswordLink.expires_at) > now(), col(User.active).is_(True))
    )
    return (await session.exec(statement)).first()


async def half_signed_in(session: AsyncSession, cookie: str) -> User | None:
    """Who gave the right password and has the second step before them."""
    statement = (
        select(User)
        .join(UserSession, col(UserSession.user_id) == col(User.id))
        .where(UserSession.token_hash == keyed_hash("session", cookie), col(UserSession.half).is_(True))
        .where(col(UserSession.expires_at) > now(), col(User.active).is_(True))
    )
    return (await session.exec(statement)).first()


async def sessions_of(session: AsyncSession, user_id: UUID) -> Sequence[UserSession]:
    """Browsers that are signed in, the newest first."""
    statement = (
        select(UserSession)
        .where(UserSession.user_id == user_id, col(UserSession.half).is_(False), col(UserSession.expires_at) > now())
        .order_by(col(UserSession.created_at).desc())
    )
    return (await session.exec(statement)).all()


async def codes_left(session: AsyncSession, user_id: UUID) -> int:
    statement = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return (await session.exec(statement)).one()


async def tokens(session: AsyncSession) -> Sequence[ApiToken]:
    """Those that open something first, by name."""
    return (
        await session.exec(select(ApiToken).order_by(col(ApiToken.revoked_at).is_not(None), col(ApiToken.name)))
    ).all()


async def portfolios(session: AsyncSession) -> list[frozenset[str]]:
    """The sets of customers that somebody, or some program, sees together."""
    roles = [Role.MANAGER, Role.CUSTOMER]
    users = select(User.customers).where(col(User.active).is_(True), col(User.role).in_(roles))
    tokens = select(ApiToken.customers).where(col(ApiToken.revoked_at).is_(None), col(ApiToken.role).in_(roles))
    return [frozenset(one) for kind in (users, tokens) for one in (await session.exec(kind)).all()]
