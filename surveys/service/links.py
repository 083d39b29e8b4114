"""Links: made here, shown once, kept as a keyed hash only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.ids import keyed_hash, new_secret
from core.settings import settings
from surveys.models import Invitation, InvitationLink, OptOutLink


async def new_link(session: AsyncSession, invitation_id: UUID, expires_at: datetime) -> str:
    """A fresh address for the invitation; the ones made before stay good for as long."""
    token = new_secret()
    session.add(InvitationLink(token_hash=keyed_hash("invitation", token), invitation_id=invitation_id))
    lasting = update(Invitation).where(col(Invitation.id) == invitation_id).values(expires_at=expires_at)
    await session.exec(lasting)
    return f"{settings().base_url}/s/{token}"


async def new_opt_out_link(session: AsyncSession, invitation_id: UUID) -> str:
    """Of its own, so that who passes the survey on does not pass on the right to end it."""
    token = new_secret()
    session.add(OptOutLink(token_hash=keyed_hash("opt-out", token), invitation_id=invitation_id))
    return f"{settings().base_url}/opt-out/{token}"
