"""Bearer tokens of other programs."""

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.auth.models import ApiToken, Role
from core.clock import now
from core.errors import Conflict, NotFound
from core.ids import keyed_hash, new_secret


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
