"""Writing the rollups: adding what is new, and counting again from what is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, tuple_, update
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


async def move_in_rollups(session: AsyncSession, before: Sequence[Counted], after: Sequence[Counted]) -> None:
    """Count what is said now instead of what was said before. The rows that say so are written already, under the
    lock on the rollups: who stands behind a sum can only be told by looking again."""
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    await session.flush()
    await add_to_rollups(session, list(come.elements()))
    await _take_from_counts(session, list(gone.elements()))
    await _look_again(session, sorted({_cell(row) for row in gone}))


async def _take_from_counts(session: AsyncSession, rows: Sequence[Counted]) -> None:
    tally, sums = Counter(tuple(getattr(row, name) for name in COUNTED_BY) for row in rows), dict[Cell, Sums]()
    for row in rows:
        sums[_cell(row)] = sums.get(_cell(row), Sums()) + Sums(-1, -row.score, -(row.score**2))
    counts = [dict(zip(COUNTED_BY, key, strict=True)) | {"n": -n} for key, n in sorted(tally.items())]
    await add_counts(session, Rollup, counts, COUNTED_BY, ["n"])
    months = [cell._asdict() | asdict(taken) | {"people": 0} for cell, taken in sorted(sums.items())]
    await add_counts(session, RollupMonth, months, Cell._fields, ["n", "total", "squares"])
    days, touched = {row.day for row in rows}, {cell.month for cell in sums}
    await session.exec(delete(Rollup).where(col(Rollup.day).in_(days), col(Rollup.n) == 0))
    await session.exec(delete(RollupMonth).where(col(RollupMonth.month).in_(touched), col(RollupMonth.n) == 0))


async def _look_again(session: AsyncSession, counted_cells: Sequence[Cell]) -> None:
    """Somebody may stand behind these sums no longer: name the people again, or as many as are needed."""
    needed = max(settings().min_group, settings().min_group_comments)
    for cell in counted_cells:
        people = await _people_of(session, cell, needed)
        await session.exec(delete(RollupPerson).where(_is(RollupPerson, cell)))
        enough = len(people) >= needed
        told = update(RollupMonth).where(_is(RollupMonth, cell)).values(people=needed if enough else 0)
        await session.exec(told)
        named = [] if enough else [cell._asdict() | {"person": one} for one in sorted(people)]
        await insert_new(session, RollupPerson, named)


async def _people_of(session: AsyncSession, cell: Cell, enough: int) -> set[UUID]:
    """Who stands behind a sum; where they are enough, that many of them."""
    people: set[UUID] = set()
    async for page in experiences.of_cell(session, cell, PAGE // 5):
        people |= {row.person for one, mentions in page for row in counted(one, mentions) if _cell(row) == cell}
        if len(people) >= enough:
            break
    return people


def _is(table: type[RollupMonth] | type[RollupPerson], cell: Cell) -> Any:
    return and_(*(col(getattr(table, name)) == value for name, value in cell._asdict().items()))


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
