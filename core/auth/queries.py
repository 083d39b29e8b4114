from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.auth.models import ApiToken, Role, User, UserSession
from core.auth.schemas import Principal, scope_of
from core.clock import now
from core.ids import keyed_hash


async def signed_in(session: AsyncSession, cookie: str) -> Principal | None:
    """Read on every request, so that a changed role or portfolio counts at once."""
    statement = (
        select(User)
        .join(UserSession, col(UserSession.user_id) == col(User.id))
        .where(UserSession.token_hash == keyed_hash("session", cookie))
        .where(col(UserSession.expires_at) > now(), col(User.active).is_(True))
    )
    user = (await session.exec(statement)).first()
    return Principal(user.email, Role(user.role), scope_of(Role(user.role), user.customers)) if user else None


async def token_holder(session: AsyncSession, token: str) -> Principal | None:
    statement = select(ApiToken).where(
        ApiToken.token_hash == keyed_hash("token", token), col(ApiToken.revoked_at).is_(None)
    )
    found = (await session.exec(statement)).first()
    return Principal(found.name, Role(found.role), scope_of(Role(found.role), found.customers)) if found else None


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    return (await session.exec(select(User).where(User.email == email.strip().lower()))).first()
