"""What is stored, as the statistics take it: cells, weeks and totals under names become arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import GRID, Ints
from analysis.statistics.moments.cells import COLUMNS, Cells, Layout
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.pooling import People
from analysis.statistics.moments.shapes import DIMENSIONS
from analysis.statistics.moments.tallies import AFTER, EVERYBODY, CellKey, WeekKey, day_of_week
from analysis.statistics.moments.ways import Ways
from analysis.statistics.moments.weeks import Weeks

Segment = tuple[str, str]  # dimension and value


@dataclass(frozen=True, slots=True)
class Stored:
    """What the tables hold. `sums`: one row a key, in 2^-20; `people`: sketches; `weeks`: with answered and bad."""

    keys: Sequence[CellKey]
    sums: Ints
    people: Ints
    weeks: Sequence[tuple[WeekKey, int, int]]
    journeys: int
    ended: int
    answers: int
    persons: int
    likeness: float

    @property
    def of_people(self) -> People:
        return People(self.likeness, self.persons, self.journeys, self.ended / max(1, self.journeys))


@dataclass(frozen=True, slots=True)
class Arranged:
    """`views`: what each view of the cells is of, everybody first. `weeks`: touchpoint x week, of each segment."""

    names: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    views: Mapping[Segment, int]
    cells: Cells
    ways: Ways
    weeks: Mapping[Segment, Weeks]


def arranged(stored: Stored) -> Arranged:
    names = tuple(sorted({key.touchpoint for key in stored.keys}))
    places = {name: code for code, name in enumerate(names)}
    values = {name: tuple(sorted({key.value for key in stored.keys if key.dimension == name})) for name in DIMENSIONS}
    segments = [EVERYBODY, *((name, value) for name in DIMENSIONS for value in values[name])]
    views = {segment: view for view, segment in enumerate(segments)}
    return Arranged(
        names, values, views, _cells(stored, places, values, views), _ways(stored, places), _weeks(stored, places)
    )


def _cells(
    stored: Stored, places: Mapping[str, int], values: dict[str, tuple[str, ...]], views: Mapping[Segment, int]
) -> Cells:
    at = [row for row, key in enumerate(stored.keys) if key.dimension != AFTER]
    named = [stored.keys[row] for row in at]
    months = [key.month for key in named]
    sizes = tuple(len(values[name]) for name in DIMENSIONS)
    layout = Layout(len(places), min(months), max(months) - min(months) + 1, sizes)
    rows = [(places[key.touchpoint], views[key.dimension, key.value], key.month, key.kind) for key in named]
    place, view, month, kind = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    keys = ((place * layout.views + view) * layout.months + month - layout.first_month) * len(Kind) + kind
    order = np.argsort(keys, kind="stable")
    sums = stored.sums[at].astype(np.float64).reshape(-1, COLUMNS) / GRID
    return Cells(layout, keys[order], sums[order], stored.people[at].astype(np.int64).view(np.uint64)[order])


def _ways(stored: Stored, places: Mapping[str, int]) -> Ways:
    found = Ways.none(len(places))
    for row, key in enumerate(stored.keys):
        if key.dimension == AFTER and key.value in places:
            at = (places[key.touchpoint], places[key.value])
            found.sums[at] = stored.sums[row] / GRID
            found.people[at] = stored.people[row].astype(np.int64).view(np.uint64)
    return found


def _weeks(stored: Stored, places: Mapping[str, int]) -> dict[Segment, Weeks]:
    numbers = [key.week for key, _, _ in stored.weeks]
    first, span = (min(numbers), max(numbers) - min(numbers) + 1) if numbers else (0, 1)
    found: dict[Segment, Weeks] = {}
    for key, answered, bad in stored.weeks:
        segment, place = (key.dimension, key.value), places.get(key.touchpoint)
        if segment not in found:
            found[segment] = Weeks(day_of_week(first), *np.zeros((2, len(places), span), dtype=np.int64))
        if place is not None:
            found[segment].answered[place, key.week - first] = answered
            found[segment].bad[place, key.week - first] = bad
    return found
