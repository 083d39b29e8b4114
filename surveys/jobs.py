"""The entrance from the worker."""

from datetime import datetime
from uuid import UUID

from core.outbox import Batch
from surveys.schemas import Resolution
from surveys.service.inviting import decide_after_resolution
from surveys.service.sending import look_again, send_all


async def invite(batch: Batch) -> None:
    """Tickets were resolved: decide whom to ask."""
    resolved = [Resolution(UUID(fact["ticket_id"]), datetime.fromisoformat(fact["at"])) for fact in batch.data]
    async with batch.finish() as session:
        await decide_after_resolution(session, resolved)


async def send_invitations(batch: Batch) -> None:
    """People are to be asked: send the mails that are still due."""
    waiting = await send_all(batch.db, [UUID(fact["invitation_id"]) for fact in batch.data])
    async with batch.finish() as session:
        await look_again(session, waiting)
