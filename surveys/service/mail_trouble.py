"""Mails that came back, and people who complained about one."""

import hmac
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import upsert
from journeys.models import Person
from journeys.service.people import stop_asking
from surveys import queries
from surveys.models import Invitation, MailTrouble, TroubleKind
from surveys.schemas import Returned
from surveys.service.letters import mark_of


async def record_return(session: AsyncSession, returned: Returned) -> bool:
    """False: the report is not about a mail of this installation."""
    if not hmac.compare_digest(returned.mark, mark_of(returned.invitation_id)):
        return False
    return await record_trouble(session, returned.invitation_id, returned.kind, returned.code)


async def record_trouble(session: AsyncSession, invitation_id: UUID, kind: TroubleKind, code: str) -> bool:
    """A mailbox that is gone is not written to again; who complains is not asked again by any survey."""
    found = select(Person).join(Invitation, col(Invitation.person_id) == col(Person.id))
    person = (await session.exec(found.where(Invitation.id == invitation_id))).first()
    if not person:
        return False
    if kind is TroubleKind.COMPLAINT:
        await stop_asking(session, person.id, now())
    else:
        back = update(Invitation).where(col(Invitation.id) == invitation_id, col(Invitation.bounced_at).is_(None))
        await session.exec(back.values(bounced_at=now()))
    if person.email:
        await mark_address(session, person.email, kind, code)
    return True


async def mark_address(session: AsyncSession, address: str, kind: TroubleKind, code: str) -> None:
    if address:
        row = {"address_hash": queries.address_hashes(address)[0], "kind": kind, "code": code, "at": now()}
        await upsert(session, MailTrouble, [row], ["address_hash"], ["kind", "code", "at"])
