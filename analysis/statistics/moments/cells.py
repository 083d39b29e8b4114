"""Step 4: additive cells of touchpoint x segment value x month x kind. All that follows reads these alone.

Cells merge by adding (the sketch of persons by OR), so workers may each count a part, and a journey that has a new
answer is taken out as it was and put in as it is. Only the sketch does not forget: it counts persons too high, never
too low, until the next recount.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments.arrays import Bits, Flags, Floats, Ints, Runs
from analysis.statistics.moments.passes import Kind, Passes
from analysis.statistics.moments.prediction import Surprise
from analysis.statistics.moments.shapes import DIMENSIONS, Experiences

PASSES, SCORE, LINKED, WEIGHT, DIFFERENCE, PREDICTED, KNOWN, SHARED = range(8)
SECOND = slice(8, 23)  # squared weights times the products of (1, D, B, R, S)
END_WEIGHT, END_DIFFERENCE, END_UNKNOWN = range(23, 26)
COLUMNS = 26
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

    def key(self, passes: Passes, view: Ints | int) -> Ints:
        place = (passes.touchpoint * self.views + view) * self.months + passes.month - self.first_month
        return np.asarray(place * len(Kind) + passes.kind, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Cells:
    layout: Layout
    keys: Ints  # sorted, unique
    sums: Floats  # one row of COLUMNS per key
    people: Bits  # who had a bad visit with anything said afterwards

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


def collect(layout: Layout, passes: Passes, found: Surprise, only: Flags | None = None) -> Cells:
    """The cells of these passes, for everybody and for each segment value."""
    rows, people = _row_sums(passes, found), _person_bits(passes, found)
    chosen = np.ones(len(passes), dtype=np.bool_) if only is None else only
    parts = [(key[use & chosen], use & chosen) for key, use in _views(layout, passes)]
    picks = np.concatenate([np.flatnonzero(use) for _, use in parts])
    return _grouped(layout, np.concatenate([key for key, _ in parts]), rows[picks], people[picks])


def _views(layout: Layout, passes: Passes) -> Iterator[tuple[Ints, Flags]]:
    yield layout.key(passes, 0), np.ones(len(passes), dtype=np.bool_)
    for name, start in layout.offsets().items():
        yield layout.key(passes, start + passes.segments[name]), passes.segments[name] >= 0


def _row_sums(passes: Passes, found: Surprise) -> Floats:
    w = found.weight
    values = [np.ones_like(w), found.difference, found.predicted, found.known, found.shared]
    end = [found.end_weight, found.end_weight * found.end_difference, found.end_weight * found.end_unknown]
    columns = [np.ones_like(w), passes.score, found.linked.astype(np.float64)]
    columns += [w * value for value in values]
    columns += [w * w * values[i] * values[j] for i, j in PAIRS]
    return np.stack(columns + end, axis=1)


def _person_bits(passes: Passes, found: Surprise) -> Bits:
    bit = passes.person.astype(np.uint64) * GOLDEN >> np.uint64(64 - 6)
    counted = found.linked & (passes.kind <= Kind.REPAIRED)
    return np.where(counted, np.uint64(1) << bit, np.uint64(0))


def _grouped(layout: Layout, keys: Ints, sums: Floats, people: Bits) -> Cells:
    if not len(keys):
        return Cells(layout, keys, np.zeros((0, COLUMNS)), people)
    order = np.argsort(keys, kind="stable")
    runs = Runs.of(keys[order])
    added = np.add.reduceat(sums[order], runs.starts, axis=0)
    return Cells(layout, keys[order][runs.starts], added, np.bitwise_or.reduceat(people[order], runs.starts))
