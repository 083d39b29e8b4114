"""Writing the rollups: adding what is new, and counting again from what is stored."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Rollup, RollupPerson
from analysis.queries import cells, experiences
from analysis.queries.cells import Cell
from analysis.rules.counting import counted
from analysis.schemas.voices import Counted
from core.db import Database, add_counts, insert_new, lock
from core.settings import settings

COUNTED_BY = ("day", "touchpoint", "service", "customer", "channel", "dimension", "score")
PAGE = 1000


async def add_to_rollups(session: AsyncSession, rows: Sequence[Counted]) -> None:
    tally = Counter(tuple(getattr(row, name) for name in COUNTED_BY) for row in rows)
    counts = [dict(zip(COUNTED_BY, key, strict=True)) | {"n": n} for key, n in sorted(tally.items())]
    await add_counts(session, Rollup, counts, COUNTED_BY, ["n"])
    await _add_people(session, rows)


async def _add_people(session: AsyncSession, rows: Sequence[Counted]) -> None:
    """Remember who stands behind each month's cell, until there are as many as any group needs."""
    kept = max(settings().min_group, settings().min_group_comments)
    people: dict[Cell, set[UUID]] = {}
    for row in rows:
        people.setdefault(_cell(row), set()).add(row.person)
    known = await cells.people_behind(session, people)
    new = [
        cell._asdict() | {"person": person}
        for cell, heard in sorted(people.items())
        for person in sorted(heard - known[cell])[: max(0, kept - len(known[cell]))]
    ]
    await insert_new(session, RollupPerson, new)


def _cell(row: Counted) -> Cell:
    return Cell(row.day.replace(day=1), row.touchpoint, row.service, row.customer, row.dimension)


async def rebuild_month(db: Database, month: date) -> int:
    """Count one month again, in one transaction and bounded memory; how many experiences were counted."""
    found = 0
    async with db.write() as session:
        await lock(session, Rollup)
        await _forget(session, month)
        async for page in experiences.of_month(session, month, PAGE):
            await add_to_rollups(session, [row for one, mentions in page for row in counted(one, mentions)])
            found += len(page)
    return found


async def _forget(session: AsyncSession, month: date) -> None:
    first, after = experiences.month_bounds(month)
    await session.exec(delete(Rollup).where(col(Rollup.day) >= first, col(Rollup.day) < after))
    await session.exec(delete(RollupPerson).where(col(RollupPerson.month) == first))
