"""The rollups as the gate takes them: sums and people by month and touchpoint. No answer is read here.

What leaves this module is not for anybody's eyes: it goes into `analysis/disclosure`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, literal, tuple_
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import Atom, Choice, Group
from analysis.models import Dimension, RollupMonth, RollupPerson
from analysis.schemas.figures import month_of
from analysis.statistics import Sums

Scope = frozenset[str] | None
Key = tuple[int, str, str, str, str]
AT_ONCE = 1000  # five values a row; SQLite takes some 32,000 in a statement


@lru_cache
def somebody(number: int) -> frozenset[UUID]:
    """So many people whose names are not kept; wherever they stand they are enough by themselves."""
    return frozenset(UUID(int=one) for one in range(number))


class Cell(NamedTuple):
    """One month of one touchpoint, service and customer, in one dimension."""

    month: date
    touchpoint: str
    service: str
    customer: str
    dimension: Dimension


async def atoms(session: AsyncSession, scope: Scope, choice: Choice) -> dict[Dimension, list[Atom]]:
    """All that was ever counted in `scope`, split by service or customer only where the choice needs it."""
    rows = (await session.exec(_sums(scope, choice))).all()
    people = await _people(session, scope, choice, [row for row in rows if not row.people])
    found: dict[Dimension, list[Atom]] = {dimension: [] for dimension in Dimension}
    for row in rows:
        month, touchpoint, service, customer, dimension = key = _plain(row[:5])
        counted = Sums(int(row.n), int(row.total), int(row.squares))
        group = Group(counted, somebody(row.people) if row.people else frozenset(people[key]))
        found[Dimension(dimension)].append(Atom(month, touchpoint, group, service, customer))
    return found


def _sums(scope: Scope, choice: Choice) -> Any:
    key = _key(RollupMonth, choice)
    sums = [func.sum(col(getattr(RollupMonth, name))).label(name) for name in ("n", "total", "squares")]
    statement = columns(*key, *sums, func.max(col(RollupMonth.people)).label("people"))
    return _in_scope(statement, RollupMonth, scope).group_by(*(part.name for part in key))


async def _people(session: AsyncSession, scope: Scope, choice: Choice, rows: Sequence[Any]) -> dict[Key, set[UUID]]:
    """The names behind those sums of which it is not known already that there are enough."""
    found: dict[Key, set[UUID]] = defaultdict(set)
    key = _key(RollupPerson, choice)
    for start in range(0, len(rows), AT_ONCE):
        these = [tuple(row[:5]) for row in rows[start : start + AT_ONCE]]
        statement = columns(*key, col(RollupPerson.person)).distinct().where(tuple_(*key).in_(these))
        for *row, person in (await session.exec(_in_scope(statement, RollupPerson, scope))).all():
            found[_plain(row)].add(person)
    return found


def _key(table: type[RollupMonth] | type[RollupPerson], choice: Choice) -> list[Any]:
    nothing = literal("")
    return [
        col(table.month),
        col(table.touchpoint),
        nothing.label("any_service") if choice.service is None else col(table.service),
        nothing.label("any_customer") if choice.customer is None else col(table.customer),
        col(table.dimension),
    ]


def _plain(row: Iterable[Any]) -> Key:
    month, touchpoint, service, customer, dimension = row
    return month_of(month), touchpoint, service, customer, str(dimension)


def _in_scope(statement: Any, table: type[RollupMonth] | type[RollupPerson], scope: Scope) -> Any:
    return statement if scope is None else statement.where(col(table.customer).in_(scope))


async def anybody(session: AsyncSession, scope: Scope) -> bool:
    """Whether anybody in scope ever said anything."""
    statement = _in_scope(select(RollupMonth.n), RollupMonth, scope).limit(1)
    return (await session.exec(statement)).first() is not None


async def people_behind(
    session: AsyncSession, wanted: Mapping[Cell, object]
) -> tuple[set[Cell], dict[Cell, set[UUID]]]:
    """Of these cells: the ones that have enough people already, and who is named in the others."""
    enough = _among(select(RollupMonth).where(col(RollupMonth.people) > 0), RollupMonth, wanted)
    named = _among(select(RollupPerson), RollupPerson, wanted)
    people: dict[Cell, set[UUID]] = {cell: set() for cell in wanted}
    for row in (await session.exec(named)).all():
        people.setdefault(_cell(row), set()).add(row.person)
    return {_cell(row) for row in (await session.exec(enough)).all()}, people


def _among(statement: Any, table: type[RollupMonth] | type[RollupPerson], wanted: Iterable[Cell]) -> Any:
    """Rows of these months and touchpoints: a few too many, found by one short condition."""
    months, touchpoints = {cell.month for cell in wanted}, {cell.touchpoint for cell in wanted}
    return statement.where(col(table.month).in_(months), col(table.touchpoint).in_(touchpoints))


def _cell(row: RollupMonth | RollupPerson) -> Cell:
    return Cell(row.month, row.touchpoint, row.service, row.customer, Dimension(row.dimension))
