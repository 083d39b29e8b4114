"""Step 2b: one row per pass (journey x touchpoint), with what was said before, here, and afterwards."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from analysis.statistics.moments.arrays import Flags, Floats, Ints, Runs
from analysis.statistics.moments.components import end_residuals
from analysis.statistics.moments.timeline import Timeline


class Kind(IntEnum):
    BAD = 0
    REPAIRED = 1  # bad, and the provider came back to it
    MIDDLING = 2
    FINE = 3
    DELIGHTED = 4
    SILENT = 5


BAD_AT_MOST, MIDDLING_AT_MOST, DELIGHTED_FROM = 2.5, 3.5, 4.5
UNSAID = 9.0


@dataclass(frozen=True, slots=True)
class Said:
    total: Floats
    n: Floats

    @property
    def mean(self) -> Floats:
        return np.divide(self.total, self.n, out=np.zeros_like(self.total), where=self.n > 0)


@dataclass(frozen=True, slots=True)
class Passes:
    touchpoint: Ints
    month: Ints
    kind: Ints
    score: Floats  # of the index visit, 0 where nobody answered
    person: Ints
    journey: Ints  # its place in the timeline
    row: Ints  # the index visit's place in the timeline
    first: Ints  # the place of the first visit here in this journey
    ended: Floats  # day of the last thing known about the journey
    segments: dict[str, Ints]
    before: Said  # earlier in this journey, at other touchpoints
    earlier: Said  # by the same person, before this journey
    later: Said  # afterwards in this journey, at other touchpoints
    end: Floats  # residual of the end score, NaN

    def __len__(self) -> int:
        return len(self.touchpoint)


@dataclass(frozen=True, slots=True)
class _Order:
    """The visits sorted so that those of a pass lie together; `at` is the place of the index visit."""

    visits: Ints
    passes: Runs
    at: Ints
    worst: Floats


def passes(timeline: Timeline, residuals: Floats, history: tuple[Floats, Floats]) -> Passes:
    order = _order(timeline)
    index = order.visits[order.at]
    journey = timeline.journeys.number[index]
    before, later = _around(timeline, residuals, order)
    rows = timeline.rows
    repaired = order.passes.highest(rows.repaired[order.visits].astype(np.float64)) > 0
    return Passes(
        touchpoint=rows.touchpoint[index],
        month=timeline.month[index],
        kind=kinds(order.worst, repaired),
        score=np.where(order.worst == UNSAID, 0.0, order.worst),
        person=rows.person[index],
        journey=journey,
        row=index,
        first=order.visits[order.passes.starts],
        ended=timeline.journeys.highest(rows.time)[journey],
        segments={name: codes[index] for name, codes in rows.segments.items()},
        before=before,
        earlier=Said(history[0][journey], history[1][journey]),
        later=later,
        end=end_residuals(timeline, residuals)[journey],
    )


def kinds(score: Floats, repaired: Flags) -> Ints:
    """By the answer as given: measured against the person's own mean, chance would enter cause and effect at once."""
    limits = (BAD_AT_MOST, MIDDLING_AT_MOST, np.nextafter(DELIGHTED_FROM, 0))
    kind = np.searchsorted(limits, score) + Kind.REPAIRED
    kind = np.where((kind == Kind.REPAIRED) & ~repaired, Kind.BAD, kind)
    return np.where(score == UNSAID, Kind.SILENT, kind).astype(np.int64)


def _order(timeline: Timeline) -> _Order:
    rows = timeline.rows
    visits = np.flatnonzero(~rows.is_end)
    key = timeline.journeys.number[visits] * len(rows.names) + rows.touchpoint[visits]
    sorting = np.argsort(key, kind="stable")
    visits, found = visits[sorting], Runs.of(key[sorting])
    score = np.where(rows.answered[visits], rows.score[visits], UNSAID)
    worst = found.lowest(score)
    return _Order(visits, found, _first(score == worst[found.number], found), worst)


def _first(hit: Flags, runs: Runs) -> Ints:
    """Of each run the first row that is hit: the first of the worst visits, or the first visit of a silent pass."""
    at, first = np.unique(runs.number[hit], return_index=True)
    return np.flatnonzero(hit)[first] if len(at) else np.zeros(0, dtype=np.int64)


def _around(timeline: Timeline, residuals: Floats, order: _Order) -> tuple[Said, Said]:
    """Sums before and after the index visit; the touchpoint's own answers are neither."""
    said = timeline.visited.astype(np.float64)
    totals = [_split(timeline, values, order) for values in (residuals * said, said)]
    return Said(totals[0][0], totals[1][0]), Said(totals[0][1], totals[1][1])


def _split(timeline: Timeline, values: Floats, order: _Order) -> tuple[Floats, Floats]:
    index = order.visits[order.at]
    own, own_before = values[order.visits], order.passes.before(values[order.visits])[order.at]
    before = timeline.journeys.before(values)[index]
    whole = timeline.journeys.total(values)[timeline.journeys.number[index]]
    after = whole - before - values[index]
    own_after = order.passes.total(own) - own_before - values[index]
    return before - own_before, after - own_after
