import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from analysis.service.reading import read_voices
from analysis.service.understanding import new_voices, store
from core.outbox import Batch
from journeys.queries.places import touchpoints


async def understand(batch: Batch) -> None:
    """Voices become experiences: read in one go, in a thread; a voice that is gone or understood is passed over."""
    async with batch.db.read() as session:
        places = await touchpoints(session)
        voices = await new_voices(session, _ids(batch.data, "response_id"), _ids(batch.data, "feedback_id"))
    understood = await asyncio.to_thread(read_voices, voices, places)
    async with batch.finish() as session:
        await store(session, understood)


def _ids(facts: Iterable[dict[str, Any]], name: str) -> list[UUID]:
    """Each once, in the order of the facts."""
    return list(dict.fromkeys(UUID(fact[name]) for fact in facts if name in fact))
