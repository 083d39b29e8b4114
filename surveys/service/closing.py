"""After a restore: links that were open in the copy may have been used since it was made."""

from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from surveys.models import Invitation, InvitationLink


async def open_links(session: AsyncSession) -> int:
    return (await session.exec(select(func.count()).select_from(Invitation).where(*_open()))).one()


async def close_open_links(session: AsyncSession) -> int:
    n = await open_links(session)
    await session.exec(update(Invitation).where(*_open()).values(expires_at=now()))
    return n


def _open() -> tuple[Any, ...]:
    linked = select(InvitationLink.invitation_id).where(InvitationLink.invitation_id == Invitation.id).exists()
    return col(Invitation.answered_at).is_(None), col(Invitation.expires_at) > now(), linked
