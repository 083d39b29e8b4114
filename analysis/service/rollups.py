"""Writing the rollups: adding what is new, and counting again from what is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Rollup, RollupMonth
from analysis.queries import experiences
from analysis.queries.experiences import Cell
from analysis.rules.counting import counted
from analysis.schemas.voices import Counted
from analysis.service.publication import correct_waiting, wait
from analysis.statistics import Sums
from core.db import Database, add_counts, lock
from surveys.service.ageing import still_kept_since

COUNTED_BY = ("day", "touchpoint", "service", "customer", "channel", "dimension", "score")
PAGE = 1000


async def add_to_rollups(session: AsyncSession, rows: Sequence[Counted]) -> None:
    """Count what is new. Whoever counts answers for the first time gives them to `publication.wait` as well."""
    tally = Counter(tuple(getattr(row, name) for name in COUNTED_BY) for row in rows)
    counts = [dict(zip(COUNTED_BY, key, strict=True)) | {"n": n} for key, n in sorted(tally.items())]
    await add_counts(session, Rollup, counts, COUNTED_BY, ["n"])
    await _add_sums(session, rows)


async def _add_sums(session: AsyncSession, rows: Sequence[Counted]) -> None:
    sums: dict[Cell, Sums] = {}
    for row in rows:
        sums[_cell(row)] = sums.get(_cell(row), Sums()) + Sums(1, row.score, row.score**2)
    months = [cell._asdict() | asdict(added) for cell, added in sorted(sums.items())]
    await add_counts(session, RollupMonth, months, Cell._fields, ["n", "total", "squares"])


async def move_in_rollups(session: AsyncSession, before: Sequence[Counted], after: Sequence[Counted]) -> None:
    """Count what is said now instead of what was said before, under the lock on the rollups."""
    gone, come = (
        list((Counter(before) - Counter(after)).elements()),
        list((Counter(after) - Counter(before)).elements()),
    )
    await session.flush()
    await add_to_rollups(session, come)
    await _take_from_counts(session, gone)
    await correct_waiting(session, gone, come)


async def _take_from_counts(session: AsyncSession, rows: Sequence[Counted]) -> None:
    tally, sums = Counter(tuple(getattr(row, name) for name in COUNTED_BY) for row in rows), dict[Cell, Sums]()
    for row in rows:
        sums[_cell(row)] = sums.get(_cell(row), Sums()) + Sums(-1, -row.score, -(row.score**2))
    counts = [dict(zip(COUNTED_BY, key, strict=True)) | {"n": -n} for key, n in sorted(tally.items())]
    await add_counts(session, Rollup, counts, COUNTED_BY, ["n"])
    months = [cell._asdict() | asdict(taken) for cell, taken in sorted(sums.items())]
    await add_counts(session, RollupMonth, months, Cell._fields, ["n", "total", "squares"])
    days, touched = {row.day for row in rows}, {cell.month for cell in sums}
    await session.exec(delete(Rollup).where(col(Rollup.day).in_(days), col(Rollup.n) == 0))
    await session.exec(delete(RollupMonth).where(col(RollupMonth.month).in_(touched), col(RollupMonth.n) == 0))


def _cell(row: Counted) -> Cell:
    return Cell(row.day.replace(day=1), row.touchpoint, row.service, row.customer, row.dimension)


async def rebuild_month(db: Database, month: date, unpublished: bool = False) -> int:
    """Count one month again, in one transaction and bounded memory; how many experiences were counted. What was
    published stays as it is: `unpublished` where nothing was, and all of it waits to be. A month whose answers went by
    their age stays as it was counted."""
    found = 0
    async with db.write() as session:
        if month < await still_kept_since(session):
            return 0
        await lock(session, Rollup)
        await _forget(session, month)
        async for page in experiences.of_month(session, month, PAGE):
            rows = [row for one, mentions in page for row in counted(one, mentions)]
            await add_to_rollups(session, rows)
            if unpublished:
                await wait(session, rows)
            found += len(page)
    return found


async def _forget(session: AsyncSession, month: date) -> None:
    first, after = experiences.month_bounds(month)
    await session.exec(delete(Rollup).where(col(Rollup.day) >= first, col(Rollup.day) < after))
    await session.exec(delete(RollupMonth).where(col(RollupMonth.month) == first))
