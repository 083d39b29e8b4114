"""Readings as they stand in the database, and the rollups beside a recount of them."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select

from analysis.models import Correction, Experience, Mention, Rollup, RollupMonth
from analysis.queries.experiences import months
from analysis.service.rollups import rebuild_month
from core.db import Database

Counts = dict[str, set[tuple[Any, ...]]]


async def experiences(db: Database) -> list[Experience]:
    async with db.read() as session:
        return list((await session.exec(select(Experience).order_by(col(Experience.id)))).all())


async def mentions(db: Database) -> list[Mention]:
    async with db.read() as session:
        return list((await session.exec(select(Mention).order_by(col(Mention.id)))).all())


async def corrections(db: Database) -> list[Correction]:
    async with db.read() as session:
        return list((await session.exec(select(Correction).order_by(col(Correction.id)))).all())


async def said(db: Database) -> set[tuple[Any, ...]]:
    """What all readings say, without their ids."""
    texts = {one.id: one for one in await experiences(db)}
    wholes = {
        (one.comment, one.voice_id, one.sentiment, one.sentiment_score, one.touchpoint, bool(one.as_read))
        for one in texts.values()
    }
    parts = {
        (texts[one.experience_id].voice_id, one.start, one.end, one.touchpoint, one.sentiment, one.score, one.nowhere)
        for one in await mentions(db)
    }
    return wholes | parts


async def counts(db: Database) -> Counts:
    """Every row of the two rollups."""
    async with db.read() as session:
        return {
            table.__name__: {_row(row) for row in (await session.exec(select(table))).all()}
            for table in (Rollup, RollupMonth)
        }


def _row(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in type(row).model_fields)


async def recounted(db: Database) -> Counts:
    """The rollups after counting everything again."""
    async with db.read() as session:
        found = await months(session)
    for month in found:
        await rebuild_month(db, month)
    return await counts(db)


async def assert_counts_hold(db: Database) -> None:
    before = await counts(db)
    assert await recounted(db) == before


def by_text(found: Iterable[Experience], text: str) -> Experience:
    return next(one for one in found if text in one.comment)
