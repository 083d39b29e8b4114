"""The entrance from the worker. A job of its own for endpoints: nothing else waits for one that does not answer."""

import asyncio
from uuid import UUID

from core.clock import now
from core.outbox import Batch
from core.webhooks import service
from core.webhooks.rules import body
from core.webhooks.sending import client, post

AT_ONCE = 20


async def note_responses(batch: Batch) -> None:
    await _note(batch, "response.finished", "response_id")


async def note_feedback(batch: Batch) -> None:
    await _note(batch, "feedback.received", "feedback_id")


async def note_moments(batch: Batch) -> None:
    await _note(batch, "moment.found", "moment_id")


async def note_improvements(batch: Batch) -> None:
    await _note(batch, "improvement.done", "improvement_id")


async def _note(batch: Batch, event: str, field: str) -> None:
    async with batch.finish() as session:
        await service.tell(session, event, [str(fact[field]) for fact in batch.data])


async def post_webhooks(batch: Batch) -> None:
    """Endpoints are to be told. One that answers twice hears twice, with the same id: that is in the standard."""
    async with batch.db.read() as session:
        due = await service.due(session, [UUID(fact["message_id"]) for fact in batch.data])
    gate, at = asyncio.Semaphore(AT_ONCE), now()
    async with client() as http:

        async def one(index: int) -> int:
            message, endpoint = due[index]
            content = body(message.event, message.subject, message.happened_at)
            async with gate:
                return await post(http, endpoint.url, service.secret_of(endpoint), str(message.id), at, content)

        statuses = await asyncio.gather(*(one(index) for index in range(len(due))))
    async with batch.finish() as session:
        for (message, _endpoint), status in zip(due, statuses, strict=True):
            await service.keep_outcome(session, message, status, now())
