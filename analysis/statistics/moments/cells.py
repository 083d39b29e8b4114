"""Step 4: additive cells of touchpoint x segment value x month x kind. All that follows reads these alone.

Cells merge by adding (the sketch of persons by OR), so workers may each count a part, and a journey that has a new
answer is taken out as it was and put in as it is. Only the sketch does not forget: it counts persons too high, never
too low, until the next recount.
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments.arrays import Bits, Flags, Floats, Ints, Runs, on_grid
from analysis.statistics.moments.passes import Kind, Passes
from analysis.statistics.moments.prediction import Surprise
from analysis.statistics.moments.shapes import DIMENSIONS, Experiences

PASSES, SCORE, LINKED, WEIGHT, DIFFERENCE, PREDICTED, KNOWN, SHARED = range(8)
SECOND = slice(8, 23)  # squared weights times the products of (1, D, B, R, S)
END_WEIGHT, END_DIFFERENCE, END_UNKNOWN = range(23, 26)
COLUMNS = 26
GROUPED = ("keys", "sums", "people")
PAIRS = [(i, j) for i in range(5) for j in range(i, 5)]

SKETCH_BITS = 64
FULL_SKETCH = 266.0  # what 63.5 of 64 bits stand for
GOLDEN = np.uint64(11400714819323198485)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the keys of cells mean. View 0 is everybody, then each value of each segment dimension."""

    touchpoints: int
    first_month: int
    months: int
    sizes: tuple[int, ...]  # values of each dimension

    @classmethod
    def of(cls, rows: Experiences, month: Ints) -> "Layout":
        first = int(month.min()) if len(month) else 0
        span = int(np.ptp(month)) + 1 if len(month) else 1
        return cls(len(rows.names), first, span, tuple(len(rows.values[name]) for name in DIMENSIONS))

    @property
    def views(self) -> int:
        return 1 + sum(self.sizes)

    def offsets(self) -> dict[str, int]:
        starts = np.cumsum((1, *self.sizes[:-1]))
        return {name: int(start) for name, start in zip(DIMENSIONS, starts, strict=True)}

    def parts(self, keys: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Touchpoint, view, month since 1970-01 and kind of each key."""
        place, month = keys // (len(Kind) * self.months), keys // len(Kind) % self.months + self.first_month
        return place // self.views, place % self.views, month, keys % len(Kind)

    def key(self, passes: Passes, view: Ints | int) -> Ints:
        place = (passes.touchpoint * self.views + view) * self.months + passes.month - self.first_month
        return np.asarray(place * len(Kind) + passes.kind, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Cells:
    layout: Layout
    keys: Ints  # sorted, unique
    sums: Floats  # one row of COLUMNS per key
    people: Bits  # who had such a visit, with anything said afterwards

    def __add__(self, other: "Cells") -> "Cells":
        return self._merged(other, 1.0)

    def __sub__(self, other: "Cells") -> "Cells":
        return self._merged(other, -1.0)

    def _merged(self, other: "Cells", sign: float) -> "Cells":
        if self.layout != other.layout:
            raise ValueError("cells of different layouts")
        keys = np.concatenate([self.keys, other.keys])
        return _grouped(
            self.layout,
            keys,
            np.concatenate([self.sums, sign * other.sums]),
            np.concatenate([self.people, other.people]),
        )

    def persons(self, touchpoint: int, view: int, kind: Kind) -> int:
        """Who ever had such a visit, estimated."""
        places, views, _, visits = self.layout.parts(self.keys)
        here = (places == touchpoint) & (views == view) & (visits == kind)
        return round(float(distinct(np.bitwise_or.reduce(self.people[here], initial=np.uint64(0))[None])[0]))

    def window(self, first: int, last: int) -> "Window":
        """Months `first` to `last` of the layout (the last left out), dense over the other keys."""
        month = self.keys // len(Kind) % self.layout.months
        inside = (month >= first) & (month < last)
        keys, shape = self.keys[inside], (self.layout.touchpoints, self.layout.views, len(Kind))
        place = keys // (len(Kind) * self.layout.months) * len(Kind) + keys % len(Kind)
        size = int(np.prod(shape))
        sums = np.stack(
            [np.bincount(place, column, size).astype(np.float64) for column in self.sums[inside].T], axis=-1
        )
        people = np.zeros(size, dtype=np.uint64)
        np.bitwise_or.at(people, place, self.people[inside])
        by_kind = people.reshape(shape)
        bad = by_kind[..., Kind.BAD] | by_kind[..., Kind.REPAIRED]
        return Window(sums.reshape(*shape, COLUMNS), bad)


@dataclass(frozen=True, slots=True)
class Window:
    """Sums of some months: [touchpoint, view, kind, column] and the sketch [touchpoint, view]."""

    sums: Floats
    people: Bits

    def of(self, *kinds: Kind) -> Floats:
        return np.asarray(self.sums[..., list(kinds), :].sum(axis=-2), dtype=np.float64)

    def rest(self) -> "Window":
        """Of each segment, everybody else at the same touchpoint."""
        return replace(self, sums=self.sums[:, :1] - self.sums)


def distinct(people: Bits) -> Floats:
    """Linear counting (Whang, Vander-Zanden, Taylor 1990)."""
    bits = np.bitwise_count(people).astype(np.float64)
    return -SKETCH_BITS * np.log1p(-np.minimum(bits, SKETCH_BITS - 0.25) / SKETCH_BITS)


def collect(
    layout: Layout, passes: Passes, found: Surprise, only: Flags | None = None, everybody_only: bool = False
) -> Cells:
    """The cells of these passes, for everybody and for each segment value, one dimension after the other."""
    rows = np.arange(len(passes)) if only is None else np.flatnonzero(only)
    sums, people = row_sums(passes, found, rows), person_bits(passes, found)[rows]
    views = [np.zeros(len(passes), dtype=np.int64)]
    if not everybody_only:
        views += [_view(passes.segments[name], start) for name, start in layout.offsets().items()]
    parts = []
    for view in views:
        use = view[rows] >= 0
        parts.append(_grouped(layout, layout.key(passes, view)[rows][use], sums[use], people[use]))
    return _grouped(layout, *(np.concatenate([getattr(part, name) for part in parts]) for name in GROUPED))


def _view(codes: Ints, start: int) -> Ints:
    return np.where(codes >= 0, start + codes, -1)


def row_sums(passes: Passes, found: Surprise, rows: Ints) -> Floats:
    w, end = found.weight[rows], found.end_weight[rows]
    values = [np.ones_like(w), found.difference[rows], found.predicted[rows], found.known[rows], found.shared[rows]]
    columns = [np.ones_like(w), passes.score[rows], found.linked[rows].astype(np.float64)]
    columns += [w * value for value in values]
    columns += [w * w * values[i] * values[j] for i, j in PAIRS]
    columns += [end, end * found.end_difference[rows], end * found.end_unknown[rows]]
    return on_grid(np.stack(columns, axis=1))


def person_bits(passes: Passes, found: Surprise) -> Bits:
    bit = passes.person.astype(np.uint64) * GOLDEN >> np.uint64(64 - 6)
    return np.where(found.linked, np.uint64(1) << bit, np.uint64(0))


def _grouped(layout: Layout, keys: Ints, sums: Floats, people: Bits) -> Cells:
    if not len(keys):
        return Cells(layout, keys, np.zeros((0, COLUMNS)), people)
    order = np.argsort(keys, kind="stable")
    runs = Runs.of(keys[order])
    added = np.add.reduceat(sums[order], runs.starts, axis=0)
    return Cells(layout, keys[order][runs.starts], added, np.bitwise_or.reduceat(people[order], runs.starts))
