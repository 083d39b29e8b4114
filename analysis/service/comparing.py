"""A shadow run: the comments of the last month read by the present version and by another; nothing of it is stored
but counts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.events import ComparisonAsked
from analysis.models import Comparison, Experience
from analysis.queries.corrections import standing
from analysis.queries.experiences import commented_since
from analysis.queries.heads import current_version
from analysis.rules.comparing import Tally
from analysis.rules.learning import lessons
from analysis.service.heads import Reader, reader_of
from analysis.service.reading import read_texts, seeds
from core.clock import now
from core.db import Database
from core.outbox import announce
from journeys.queries.places import touchpoints

DAYS, PAGE = 30, 1000


async def ask_to_compare(session: AsyncSession, version: str) -> UUID:
    """Refuses a version that cannot read."""
    await reader_of(session, version)
    asked = Comparison(present=await current_version(session), other=version, asked_at=now())
    session.add(asked)
    await session.flush()
    await announce(session, ComparisonAsked(str(asked.id)))
    return asked.id


async def pending(session: AsyncSession, id_: UUID) -> Comparison | None:
    """None when it is gone or done already."""
    found = await session.get(Comparison, id_)
    return found if found and not found.found else None


async def keep_comparison(session: AsyncSession, id_: UUID, found: dict[str, Any]) -> None:
    kept = await session.get(Comparison, id_)
    if kept:
        kept.found = found
        session.add(kept)


async def compare(
    db: Database, present: str, other: str, tell: Callable[[float], None] = lambda _done: None
) -> dict[str, Any]:
    """Reads twice, in a thread, page by page; memory does not grow with the month."""
    async with db.read() as session:
        readers = await reader_of(session, present), await reader_of(session, other)
        places, corrected = seeds(await touchpoints(session)), lessons(await standing(session))
    tally, since = Tally(), now().date() - timedelta(days=DAYS)
    async for texts, hints in _pages(db, since):
        tally.add(*[await _read(texts, hints, places, reader) for reader in readers])
        tell(tally.comments)
    texts, hints = [one.text for one in corrected], [one.language for one in corrected]
    tally.judge(corrected, *[await _read(texts, hints, places, reader) for reader in readers])
    return {"present": present, "other": other, "since": since.isoformat(), **tally.told()}


async def _read(texts: list[str], hints: list[str], places: Any, reader: Reader) -> Any:
    return await asyncio.to_thread(read_texts, texts, list(hints), places, reader)


async def _pages(db: Database, since: date) -> AsyncIterator[tuple[list[str], list[str]]]:
    last: UUID | None = None
    while True:
        async with db.read() as session:
            found: list[Experience] = await commented_since(session, since, last, PAGE)
        if not found:
            return
        yield [one.comment for one in found], [one.language for one in found]
        last = found[-1].id
