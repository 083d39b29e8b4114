"""Writing the rollups: adding what is new, and counting again from what is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import delete, tuple_
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Rollup, RollupMonth, RollupPerson
from analysis.queries import cells, experiences
from analysis.queries.cells import Cell
from analysis.rules.counting import counted
from analysis.schemas.voices import Counted
from analysis.statistics import Sums
from core.db import Database, add_counts, insert_new, lock, upsert
from core.settings import settings

COUNTED_BY = ("day", "touchpoint", "service", "customer", "channel", "dimension", "score")
PAGE = 1000


async def add_to_rollups(session: AsyncSession, rows: Sequence[Counted]) -> None:
    tally = Counter(tuple(getattr(row, name) for name in COUNTED_BY) for row in rows)
    counts = [dict(zip(COUNTED_BY, key, strict=True)) | {"n": n} for key, n in sorted(tally.items())]
    await add_counts(session, Rollup, counts, COUNTED_BY, ["n"])
    await _add_sums(session, rows)
    await _add_people(session, rows)


async def _add_sums(session: AsyncSession, rows: Sequence[Counted]) -> None:
    sums: dict[Cell, Sums] = {}
    for row in rows:
        sums[_cell(row)] = sums.get(_cell(row), Sums()) + Sums(1, row.score, row.score**2)
    months = [cell._asdict() | asdict(added) | {"people": 0} for cell, added in sorted(sums.items())]
    await add_counts(session, RollupMonth, months, Cell._fields, ["n", "total", "squares"])


async def _add_people(session: AsyncSession, rows: Sequence[Counted]) -> None:
    """Name who stands behind each month's sums, until there are as many as any group needs; then forget the names."""
    heard: dict[Cell, set[UUID]] = {}
    for row in rows:
        heard.setdefault(_cell(row), set()).add(row.person)
    settled, named = await cells.people_behind(session, heard)
    needed = max(settings().min_group, settings().min_group_comments)
    full = [cell for cell in sorted(heard) if cell not in settled and len(heard[cell] | named[cell]) >= needed]
    open_cells = [cell for cell in sorted(heard) if cell not in settled and cell not in full]
    new = [cell._asdict() | {"person": one} for cell in open_cells for one in sorted(heard[cell] - named[cell])]
    await insert_new(session, RollupPerson, new)
    await _settle(session, full, needed)


async def _settle(session: AsyncSession, full: Sequence[Cell], people: int) -> None:
    marked = [cell._asdict() | {"n": 0, "total": 0, "squares": 0, "people": people} for cell in full]
    await upsert(session, RollupMonth, marked, Cell._fields, ["people"])
    for start in range(0, len(full), PAGE):
        gone = tuple_(*(col(getattr(RollupPerson, name)) for name in Cell._fields)).in_(full[start : start + PAGE])
        await session.exec(delete(RollupPerson).where(gone))


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
    for table in (RollupMonth, RollupPerson):
        await session.exec(delete(table).where(col(table.month) == first))
