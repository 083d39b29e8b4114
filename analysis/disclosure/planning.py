"""What of the waiting answers may be published now, in which sums. The plan and its proof: docs/reports.md.

A batch publishes, of answers never published before: each cell (a customer at a touchpoint) with enough people; of the
other cells, the hidden ones, their sums by customer and, for a portfolio of customers, by touchpoint. Hidden cells of
which too few people could be isolated (`cuts`) wait for later answers; what has waited long is counted where it is
told less of: at any service, at a stage, at any customer. So whoever subtracts batches, filters and roles from each
other as he likes holds nobody or at least `k` people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from analysis.disclosure.cuts import Line, isolable
from analysis.statistics import Sums

Item = TypeVar("Item")
Key = TypeVar("Key")
ANY = "*"
STAGE = "@"
POOLED_AFTER, POOLED_FURTHER = 3, 6  # months


class Kind(StrEnum):
    """What a published sum is of: one customer at one place; what else of one customer; what else of one place."""

    CELL = "cell"
    CUSTOMER = "customer"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers of one month and place that are not published yet. `people`: all, or so many that they are enough."""

    month: int
    touchpoint: str
    service: str
    customer: str
    sums: Sums
    people: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Label:
    """Which published sum; `month` is the last of those that were joined. "*": any; "@stage": of that stage."""

    month: int
    kind: Kind
    portfolio: str
    customer: str
    touchpoint: str
    service: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a batch adds to a published sum: the answers of these cells, the first of them of month `since`."""

    label: Label
    cells: tuple[Waiting, ...]

    @property
    def sums(self) -> Sums:
        return sum((one.sums for one in self.cells), Sums())

    @property
    def since(self) -> int:
        return min(one.month for one in self.cells)


@dataclass(frozen=True)
class Map:
    """`portfolio`: customer -> the portfolio that it is looked after in; all others are in "*". `stage`: of a
    touchpoint."""

    portfolio: Mapping[str, str]
    stage: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell under the row and column that it is counted in at this step."""

    cell: Waiting
    row: str
    column: tuple[str, str]


def batch(waiting: Iterable[Waiting], until: int, k: int, places: Map) -> tuple[list[Part], list[Waiting]]:
    """Everything that may be published by month `until`, and what goes on waiting. Month by month: what cannot stand
    in its own is joined to the next."""
    by_month: dict[int, list[Waiting]] = {}
    for cell in sorted(waiting, key=lambda one: (one.month, one.touchpoint, one.service, one.customer)):
        by_month.setdefault(cell.month, []).append(cell)
    parts, left = list[Part](), list[Waiting]()
    for month in range(min(by_month, default=until + 1), until + 1):
        found, left = step([*left, *by_month.get(month, [])], month, k, places)
        parts += found
    return parts, left + [cell for month, cells in by_month.items() if month > until for cell in cells]


def step(cells: Sequence[Waiting], month: int, k: int, places: Map) -> tuple[list[Part], list[Waiting]]:
    parts, left = list[Part](), list[Waiting]()
    for portfolio, own in _grouped(cells, lambda one: places.portfolio.get(one.customer, ANY)).items():
        placed = _pooled(_placed(own, k), month, k, places)
        stay, go = _settled(placed, k)
        parts += _parts(stay, month, portfolio, k)
        left += [one.cell for one in go]
    return parts, left


def _grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    found: dict[Key, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _people(placed: Iterable[_Placed]) -> frozenset[UUID]:
    return frozenset[UUID]().union(*(one.cell.people for one in placed))


def _placed(cells: Sequence[Waiting], k: int) -> list[_Placed]:
    """A service at a touchpoint stands for itself where enough people spoke of it, else with the other services."""
    found = [_Placed(cell, cell.customer, (cell.touchpoint, cell.service)) for cell in cells]
    small = {column for column, ones in _grouped(found, _column).items() if len(_people(ones)) < k}
    return [replace(one, column=(one.column[0], ANY)) if one.column in small else one for one in found]


def _column(one: _Placed) -> tuple[str, str]:
    return one.column


def _place(one: _Placed) -> tuple[str, tuple[str, str]]:
    return one.row, one.column


def _row(one: _Placed) -> str:
    return one.row


def _pooled(placed: list[_Placed], month: int, k: int, places: Map) -> list[_Placed]:
    """What has waited long: a customer of whom too little is left is counted without its name, a touchpoint with its
    stage, and later with all."""
    cells = _grouped(placed, _place).values()
    hidden = [one for ones in cells if len(_people(ones)) < k for one in ones]
    rows = {row for row, ones in _grouped(hidden, _row).items() if len(_people(ones)) < k}
    columns = {column for column, ones in _grouped(hidden, _column).items() if len(_people(ones)) < k}
    small = set(map(id, hidden))
    return [
        _moved(one, month - one.cell.month, one.row in rows, one.column in columns, places) if id(one) in small else one
        for one in placed
    ]


def _moved(one: _Placed, age: int, thin_row: bool, thin_column: bool, places: Map) -> _Placed:
    if age < POOLED_AFTER:
        return one
    stage = ANY if age >= POOLED_FURTHER else STAGE + places.stage.get(one.cell.touchpoint, "")
    column = (stage, ANY) if thin_column else one.column
    return replace(one, row=ANY if thin_row else one.row, column=column)


def _settled(placed: list[_Placed], k: int) -> tuple[list[_Placed], list[_Placed]]:
    """What may be published, and the hidden cells that have to wait because too few people could be isolated."""
    groups = list(_grouped(placed, _place).items())
    shown = [one for (row, _column), ones in groups if _may_stand(row, ones, k) for one in ones]
    hidden = [(key, ones) for key, ones in groups if not _may_stand(key[0], ones, k)]
    waits = list[_Placed]()
    lines = [Line(row, column, _people(ones)) for (row, column), ones in hidden]
    while cut := set(isolable(lines, k)):
        waits += [one for number in cut for one in hidden[number][1]]
        hidden = [one for number, one in enumerate(hidden) if number not in cut]
        lines = [line for number, line in enumerate(lines) if number not in cut]
    return shown + [one for _key, ones in hidden for one in ones], waits


def _may_stand(row: str, ones: list[_Placed], k: int) -> bool:
    """Shown by itself; customers without their names are only ever counted with others."""
    return row != ANY and len(_people(ones)) >= k


def _parts(placed: list[_Placed], month: int, portfolio: str, k: int) -> list[Part]:
    parts, hidden = list[Part](), list[_Placed]()
    for (row, column), ones in _grouped(placed, _place).items():
        if _may_stand(row, ones, k):
            parts.append(_part(Label(month, Kind.CELL, portfolio, row, *column), ones))
        else:
            hidden += ones
    for row, ones in _grouped(hidden, _row).items():
        if row != ANY:
            parts.append(_part(Label(month, Kind.CUSTOMER, portfolio, row, ANY, ANY), ones))
    for column, ones in _grouped(hidden, _column).items():
        parts.append(_part(Label(month, Kind.PLACE, portfolio, ANY, *column), ones))
    return parts


def _part(label: Label, ones: Iterable[_Placed]) -> Part:
    return Part(label, tuple(one.cell for one in ones))
