"""The sums that moments are found from, read as they are: some thousands of rows, however many people spoke.

What leaves this module goes into `analysis/statistics/moments` and is no figure for anybody's eyes.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import MomentCell, MomentTotal, MomentWeek
from analysis.schemas.figures import EPOCH, month_of

if TYPE_CHECKING:
    from analysis.statistics.moments.stored import Stored

KEY = ("touchpoint", "dimension", "value", "month", "kind", "people")
SUMS = tuple(name for name in MomentCell.model_fields if name not in KEY)


async def stored(session: AsyncSession, likeness: float) -> "Stored":
    import numpy as np  # a tenth of a second to load

    from analysis.statistics.moments.stored import Stored
    from analysis.statistics.moments.tallies import CellKey

    rows = (await session.exec(_columns(MomentCell, (*KEY, *SUMS)))).all()
    journeys, ended, answers, persons = await _totals(session)
    return Stored(
        keys=[CellKey(row[0], row[1], row[2], month_of(row[3]) - EPOCH, row[4]) for row in rows],
        sums=np.array([row[6:] for row in rows], dtype=np.int64).reshape(-1, len(SUMS)),
        people=np.array([row[5] for row in rows], dtype=np.int64),
        weeks=await _weeks(session),
        journeys=journeys,
        ended=ended,
        answers=answers,
        persons=persons,
        likeness=likeness,
    )


def _columns(table: Any, names: tuple[str, ...]) -> Any:
    return columns(*(col(getattr(table, name)) for name in names))


async def _totals(session: AsyncSession) -> list[int]:
    names = ("journeys", "ended", "answers", "persons")
    sums: Any = columns(*(func.coalesce(func.sum(col(getattr(MomentTotal, name))), 0) for name in names))
    return [int(value) for value in (await session.exec(sums)).one()]


async def _weeks(session: AsyncSession) -> Any:
    from analysis.statistics.moments.tallies import WeekKey, week_of

    names = ("week", "touchpoint", "dimension", "value", "answered", "bad")
    rows = (await session.exec(_columns(MomentWeek, names))).all()
    return [(WeekKey(week_of(week), *place), answered, bad) for week, *place, answered, bad in rows]
