"""What waits to be published, as the gate takes it. What leaves this module is not for anybody's eyes."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import ANY, Kind, Waiting
from analysis.models import (
    Dimension,
    Experience,
    Portfolio,
    Promise,
    Publication,
    PublishedSum,
    Released,
    WaitingAnswer,
)
from analysis.schemas.figures import first_day, month_of
from analysis.statistics import Sums

AT_ONCE = 1000
CELL = ("month", "touchpoint", "service", "customer")


@lru_cache
def somebody(number: int) -> frozenset[UUID]:
    """So many people whose names are not needed; wherever they stand they are enough by themselves."""
    return frozenset(UUID(int=one) for one in range(number))


async def kinds_waiting(session: AsyncSession) -> list[tuple[Dimension, int]]:
    """The dimensions and promises of which any answer waits: each is published for itself."""
    key = col(WaitingAnswer.dimension), col(WaitingAnswer.smallest)
    rows = (await session.exec(columns(*key).distinct().order_by(*key))).all()  # type: ignore[call-overload]
    return [(Dimension(dimension), smallest) for dimension, smallest in rows]


async def waiting(session: AsyncSession, dimension: Dimension, smallest: int) -> list[Waiting]:
    key = [col(getattr(WaitingAnswer, name)) for name in CELL]
    sums = [func.sum(col(getattr(WaitingAnswer, name))).label(name) for name in ("n", "total", "squares")]
    people = func.count(func.distinct(col(WaitingAnswer.person))).label("people")
    statement: Any = _arrived(columns(*key, *sums, people), dimension, smallest).group_by(*key).order_by(*key)
    rows = (await session.exec(statement)).all()
    names = await _names(session, dimension, smallest, [tuple(row[:4]) for row in rows if row.people < smallest])
    return [
        Waiting(
            month_of(row.month),
            row.touchpoint,
            row.service,
            row.customer,
            Sums(int(row.n), int(row.total), int(row.squares)),
            frozenset(names[tuple(row[:4])]) if row.people < smallest else somebody(smallest),
        )
        for row in rows
    ]


def _arrived(statement: Any, dimension: Dimension, smallest: int) -> Any:
    return statement.where(
        WaitingAnswer.dimension == dimension,
        WaitingAnswer.smallest == smallest,
        col(WaitingAnswer.change).is_(False),
    )


async def _names(
    session: AsyncSession, dimension: Dimension, smallest: int, cells: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], set[UUID]]:
    found: dict[tuple[Any, ...], set[UUID]] = {}
    key = [col(getattr(WaitingAnswer, name)) for name in CELL]
    for start in range(0, len(cells), AT_ONCE):
        statement = columns(*key, col(WaitingAnswer.person)).where(tuple_(*key).in_(cells[start : start + AT_ONCE]))
        for *cell, person in (await session.exec(_arrived(statement, dimension, smallest))).all():
            found.setdefault(tuple(cell), set()).add(person)
    return found


async def changes(session: AsyncSession) -> Sequence[WaitingAnswer]:
    return (await session.exec(select(WaitingAnswer).where(col(WaitingAnswer.change).is_(True)))).all()


async def arrivals_of(session: AsyncSession, people: Iterable[UUID]) -> Sequence[WaitingAnswer]:
    """Answers of these people that nobody has seen counted yet."""
    statement = select(WaitingAnswer).where(
        col(WaitingAnswer.person).in_(list(people)), col(WaitingAnswer.change).is_(False)
    )
    return (await session.exec(statement)).all()


async def published_cell(
    session: AsyncSession, dimension: Dimension, month: int, touchpoint: str, service: str, customer: str
) -> PublishedSum | None:
    """The sum that an answer of this month and place was counted in, as far as one customer's is shown."""
    found = select(PublishedSum).where(
        PublishedSum.kind == Kind.CELL,
        PublishedSum.dimension == dimension,
        PublishedSum.touchpoint == touchpoint,
        PublishedSum.customer == customer,
        col(PublishedSum.service).in_([service, ANY]),
        col(PublishedSum.month) >= first_day(month),
        col(PublishedSum.since) <= first_day(month),
    )
    ordered = found.order_by(col(PublishedSum.month), col(PublishedSum.service).desc()).limit(1)
    return (await session.exec(ordered)).first()


async def promises(session: AsyncSession) -> list[Promise]:
    return list((await session.exec(select(Promise).order_by(col(Promise.number)))).all())


async def portfolios_known(session: AsyncSession) -> list[Portfolio]:
    return list((await session.exec(select(Portfolio))).all())


async def newest_publication(session: AsyncSession) -> Publication | None:
    return (await session.exec(select(Publication).order_by(col(Publication.number).desc()).limit(1))).first()


async def words_waiting(session: AsyncSession) -> list[tuple[UUID, UUID, str, str, str, date, int]]:
    """Comments that not everybody may see yet: id, who wrote it, customer, touchpoint, service, day, released."""
    everybody = int(
        Released.ALL | Released.CUSTOMER | Released.ALL_BY_SERVICE | Released.CUSTOMER_BY_SERVICE,
    )
    statement: Any = columns(
        col(Experience.id),
        func.coalesce(col(Experience.person_id), col(Experience.voice_id)),
        col(Experience.customer),
        col(Experience.touchpoint),
        col(Experience.service),
        col(Experience.day),
        col(Experience.released),
    ).where(col(Experience.released) < everybody, col(Experience.comment) != "")
    return [tuple(row) for row in (await session.exec(statement)).all()]
