"""What people's visits add to cells, weeks and totals, under names: whole numbers that merge by adding."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from analysis.schemas.lived import Visit
from analysis.statistics.moments.arrays import GRID, Floats, Ints, Runs, codes_of
from analysis.statistics.moments.cells import PASSES, Layout, collect
from analysis.statistics.moments.counting import rows_of
from analysis.statistics.moments.frozen import Frozen
from analysis.statistics.moments.passes import BAD_AT_MOST, Passes
from analysis.statistics.moments.prediction import Surprise
from analysis.statistics.moments.shapes import DIMENSIONS, Experiences
from analysis.statistics.moments.timeline import Timeline
from analysis.statistics.moments.ways import ways

EVERYBODY = ("", "")
AFTER = "after"  # the dimension of those who came by way of another touchpoint: all months and kinds of visits together
DAYS = 7.0
FIRST_MONDAY = date(1969, 12, 29)
MONDAY = 3.0  # days that 1970-01-01 comes after it


class CellKey(NamedTuple):
    touchpoint: str
    dimension: str
    value: str
    month: int  # since 1970-01
    kind: int


class WeekKey(NamedTuple):
    week: int  # since the Monday before 1970-01-01
    touchpoint: str
    dimension: str
    value: str


@dataclass(slots=True)
class Tally:
    """`cells`: a sketch of persons and the sums of step 6, in 2^-20. `weeks`: answered and bad. `totals`, by month:
    journeys, journeys with an answer about the whole, answered visits, and people."""

    cells: dict[CellKey, tuple[int, Ints]] = field(default_factory=dict)
    weeks: dict[WeekKey, Ints] = field(default_factory=dict)
    totals: dict[int, Ints] = field(default_factory=dict)

    def add(self, other: "Tally", sign: int = 1) -> None:
        """A sketch does not forget: taking away leaves it as it is."""
        for cell, (people, sums) in other.cells.items():
            mine, before = self.cells.get(cell, (0, np.zeros_like(sums)))
            self.cells[cell] = (mine | (people if sign > 0 else 0), before + sign * sums)
        for week, counts in other.weeks.items():
            self.weeks[week] = self.weeks.get(week, np.zeros_like(counts)) + sign * counts
        for month, counts in other.totals.items():
            self.totals[month] = self.totals.get(month, np.zeros_like(counts)) + sign * counts


def week_of(monday: date) -> int:
    return (monday - FIRST_MONDAY).days // 7


def monday_of(week: int) -> date:
    return FIRST_MONDAY + timedelta(weeks=week)


def day_of_week(week: int) -> float:
    """The Monday of a numbered week, in days since 1970-01-01."""
    return week * DAYS - MONDAY


Chains = Sequence[tuple[int, Sequence[Visit]]]  # a number of a person, and what they lived through


def experiences_of(chains: Chains) -> Experiences:
    rows = [(person, visit) for person, visits in chains for visit in visits]
    visits = [visit for _, visit in rows]
    places, names = codes_of([visit.touchpoint for visit in visits])
    places = np.where(places < 0, len(names), places)
    coded = {name: codes_of([getattr(visit, name) for visit in visits]) for name in DIMENSIONS}
    _, journey = np.unique(np.array([_place(*row) for row in rows], dtype=object).astype(str), return_inverse=True)
    _, tie = np.unique(np.array([visit.key for visit in visits], dtype=str), return_inverse=True)
    return Experiences(
        names=names,
        values={name: values for name, (_, values) in coded.items()},
        time=np.array([visit.day for visit in visits], dtype=np.float64),
        tie=tie.astype(np.int64),
        journey=journey.astype(np.int64),
        person=np.array([person for person, _ in rows], dtype=np.int64),
        touchpoint=places,
        score=np.array([np.nan if visit.score is None else visit.score for visit in visits], dtype=np.float64),
        repaired=np.array([visit.repaired for visit in visits], dtype=np.bool_),
        segments={name: codes for name, (codes, _) in coded.items()},
    )


def _place(person: int, visit: Visit) -> str:
    return f"{person} {visit.journey}"


def tally(chains: Chains, frozen: Frozen) -> Tally:
    """Of whole chains; each person's numbers depend on this person alone."""
    if not any(visits for _, visits in chains):
        return Tally()
    experiences = experiences_of(chains)
    timeline = Timeline.of(experiences)
    layout = Layout.of(timeline.rows, timeline.month)
    found, later = rows_of(experiences, frozen.for_names(layout, experiences.names))
    cells = collect(layout, found, later)
    keys = _names(layout, experiences, cells.keys)
    sums = np.rint(cells.sums * GRID).astype(np.int64)
    people = cells.people.astype(np.int64)
    named = {key: (int(bits), row) for key, bits, row in zip(keys, people, sums, strict=True)}
    return Tally(named | _ways(experiences.names, found, later), _weeks(timeline), _totals(timeline))


def _ways(names: tuple[str, ...], found: Passes, later: Surprise) -> dict[CellKey, tuple[int, Ints]]:
    """Under an own dimension, in the first of all months and the first of all kinds."""
    came = ways(len(names), found, later)
    sums, people = np.rint(came.sums * GRID).astype(np.int64), came.people.astype(np.int64)
    return {
        CellKey(names[here], AFTER, names[before], 0, 0): (int(people[here, before]), sums[here, before])
        for here, before in np.argwhere(sums[..., PASSES] > 0).tolist()
    }


def _names(layout: Layout, rows: Experiences, keys: Ints) -> list[CellKey]:
    views: list[tuple[str, str]] = [EVERYBODY, *((name, value) for name in DIMENSIONS for value in rows.values[name])]
    parts = zip(*(part.tolist() for part in layout.parts(keys)), strict=True)
    return [
        CellKey(rows.names[place], views[view][0], views[view][1], month, kind) for place, view, month, kind in parts
    ]


def _weeks(timeline: Timeline) -> dict[WeekKey, Ints]:
    rows, said = timeline.rows, np.flatnonzero(timeline.visited)
    week = np.floor((rows.time[said] + MONDAY) / DAYS).astype(np.int64).tolist()
    bad = (rows.score[said] <= BAD_AT_MOST).tolist()
    places = [rows.names[place] for place in rows.touchpoint[said].tolist()]
    found: dict[WeekKey, list[int]] = {}
    for dimension, values in _segments(rows, said):
        for number, place, value, one in zip(week, places, values, bad, strict=True):
            if value is not None:
                counts = found.setdefault(WeekKey(number, place, dimension, value), [0, 0])
                counts[0] += 1
                counts[1] += one
    return {key: np.array(counts, dtype=np.int64) for key, counts in found.items()}


def _segments(rows: Experiences, at: Ints) -> Iterator[tuple[str, list[str | None]]]:
    """Each dimension with its value at these rows, None where unknown; everybody first."""
    yield "", [""] * len(at)
    for name in DIMENSIONS:
        words: list[str | None] = [*rows.values[name], None]  # -1, unknown, is the last
        yield name, [words[code] for code in rows.segments[name][at].tolist()]


def _totals(timeline: Timeline) -> dict[int, Ints]:
    """A journey counts in its last month, a person in the first month in which they answered."""
    journeys, said = timeline.journeys, timeline.visited
    ended = journeys.highest((timeline.rows.is_end & timeline.rows.answered).astype(np.float64)) > 0
    last = journeys.highest(timeline.month.astype(np.float64))
    answers = journeys.total(said.astype(np.float64))
    found: dict[int, Ints] = {}
    for month, one, n in zip(last, ended, answers, strict=True):
        _count(found, int(month), (1, int(one), int(n), 0))
    for month in _first_months(timeline.rows.person[said], timeline.month[said]):
        _count(found, int(month), (0, 0, 0, 1))
    return found


def _first_months(person: Ints, month: Ints) -> Floats:
    order = np.lexsort((month, person))
    return Runs.of(person[order]).lowest(month[order].astype(np.float64))


def _count(found: dict[int, Ints], month: int, counts: Iterable[int]) -> None:
    found[month] = found.get(month, np.zeros(4, dtype=np.int64)) + np.fromiter(counts, np.int64)
