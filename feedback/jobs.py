"""The entrance from the worker."""

from datetime import date

from core.outbox import Batch
from feedback.service import mailbox, mailing, releasing


async def end_feedback_days(batch: Batch) -> None:
    """Days have ended: what waits is mixed and released, and what is over goes."""
    async with batch.finish() as session:
        for fact in sorted(batch.data, key=lambda fact: str(fact["day"])):
            await releasing.turn(session, date.fromisoformat(fact["day"]))


async def leave_nothing_behind(batch: Batch) -> None:
    """What is left of rewritten and deleted rows goes. A fact of its own: it is tried until it is done."""
    await releasing.forget(batch.db)
    async with batch.finish():
        pass


async def tell_authors(batch: Batch) -> None:
    """There is an answer for people who gave an address."""
    await mailing.tell_authors(batch.db, [fact["message_id"] for fact in batch.data])
    async with batch.finish():
        pass


async def send_digests(batch: Batch) -> None:
    """Once a day, whoever handles feedback hears how much waits for them."""
    newest = max(str(fact["day"]) for fact in batch.data)
    await mailing.send_digests(batch.db, date.fromisoformat(newest))
    async with batch.finish():
        pass


async def look_into_mailbox(batch: Batch) -> None:
    """Mails that people wrote come in; then the next look is planned, however this one went."""
    await mailbox.look(batch.db)
    async with batch.finish() as session:
        await mailbox.next_look(session)
