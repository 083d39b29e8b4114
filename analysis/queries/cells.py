"""The rollups as the gate takes them: sums and people by month and touchpoint. No answer is read here.

What leaves this module is not for anybody's eyes: it goes into `analysis/disclosure`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import extract, func, literal
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import Atom, Choice, Group
from analysis.models import Dimension, Rollup, RollupPerson
from analysis.statistics import Sums

Scope = frozenset[str] | None
Key = tuple[int, str, str, str, str]


class Cell(NamedTuple):
    """One month of one touchpoint, service and customer, in one dimension."""

    month: date
    touchpoint: str
    service: str
    customer: str
    dimension: Dimension


async def atoms(session: AsyncSession, scope: Scope, choice: Choice) -> dict[Dimension, list[Atom]]:
    """All that was ever counted in `scope`, split by service or customer only where the choice needs it."""
    people = await _people(session, scope, choice)
    found: dict[Dimension, list[Atom]] = {dimension: [] for dimension in Dimension}
    for (month, touchpoint, service, customer, dimension), sums in (await _sums(session, scope, choice)).items():
        group = Group(sums, frozenset(people[month, touchpoint, service, customer, dimension]))
        found[Dimension(dimension)].append(Atom(month, touchpoint, group, service, customer))
    return found


async def _sums(session: AsyncSession, scope: Scope, choice: Choice) -> dict[Key, Sums]:
    n, score = col(Rollup.n), col(Rollup.score)
    key = _key(Rollup, col(Rollup.day), choice)
    sums = (func.sum(n), func.sum(n * score), func.sum(n * score * score))
    statement = _in_scope(columns(*key, *sums).group_by(*(part.name for part in key)), Rollup, scope)
    rows = (await session.exec(statement)).all()
    return {_plain(row[:5]): Sums(int(row[5]), int(row[6]), int(row[7])) for row in rows}


async def _people(session: AsyncSession, scope: Scope, choice: Choice) -> dict[Key, set[UUID]]:
    key = _key(RollupPerson, col(RollupPerson.month), choice)
    statement = _in_scope(columns(*key, col(RollupPerson.person)).distinct(), RollupPerson, scope)
    found: dict[Key, set[UUID]] = defaultdict(set)
    for *row, person in (await session.exec(statement)).all():
        found[_plain(row)].add(person)
    return found


def _key(table: type[Rollup] | type[RollupPerson], day: Any, choice: Choice) -> list[Any]:
    """Named, because PostgreSQL groups by a name where it would not see that two expressions are the same."""
    nothing = literal("")
    month = extract("year", day) * 12 + extract("month", day) - 1
    return [
        month.label("counted_month"),
        col(table.touchpoint),
        nothing.label("any_service") if choice.service is None else col(table.service),
        nothing.label("any_customer") if choice.customer is None else col(table.customer),
        col(table.dimension),
    ]


def _plain(row: Iterable[Any]) -> Key:
    month, touchpoint, service, customer, dimension = row
    return int(month), touchpoint, service, customer, str(dimension)


def _in_scope(statement: Any, table: type[Rollup] | type[RollupPerson], scope: Scope) -> Any:
    return statement if scope is None else statement.where(col(table.customer).in_(scope))


async def anybody(session: AsyncSession, scope: Scope) -> bool:
    """Whether anybody in scope ever said anything."""
    statement = _in_scope(select(RollupPerson.person), RollupPerson, scope).limit(1)
    return (await session.exec(statement)).first() is not None


async def people_behind(session: AsyncSession, wanted: Mapping[Cell, object]) -> dict[Cell, set[UUID]]:
    """Who is remembered in each of these cells."""
    found: dict[Cell, set[UUID]] = {cell: set() for cell in wanted}
    statement = select(RollupPerson).where(
        col(RollupPerson.month).in_({cell.month for cell in wanted}),
        col(RollupPerson.touchpoint).in_({cell.touchpoint for cell in wanted}),
        col(RollupPerson.customer).in_({cell.customer for cell in wanted}),
    )
    for row in (await session.exec(statement)).all():
        cell = Cell(row.month, row.touchpoint, row.service, row.customer, Dimension(row.dimension))
        if cell in found:
            found[cell].add(row.person)
    return found
