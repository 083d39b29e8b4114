"""Counts per week of bad and of answered visits: what changes are looked for in."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments.arrays import Flags, Ints
from analysis.statistics.moments.passes import BAD_AT_MOST
from analysis.statistics.moments.timeline import Timeline

DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Weeks:
    first_day: float
    bad: Ints  # [touchpoint, week]
    answered: Ints

    def day(self, week: int) -> float:
        return self.first_day + DAYS * week

    def until(self, day: float) -> "Weeks":
        """The whole weeks before a day."""
        n = max(0, int((day - self.first_day) // DAYS))
        return replace(self, bad=self.bad[:, :n], answered=self.answered[:, :n])


def weeks_of(timeline: Timeline, only: Flags | None = None) -> Weeks:
    rows, use = timeline.rows, timeline.visited if only is None else timeline.visited & only
    first = float(np.floor(rows.time.min())) if len(rows) else 0.0
    n = int((rows.time.max() - first) // DAYS) + 1 if len(rows) else 1
    place = rows.touchpoint[use] * n + ((rows.time[use] - first) // DAYS).astype(np.int64)
    bad = rows.score[use] <= BAD_AT_MOST
    shape = (len(rows.names), n)
    counts = [np.bincount(cells, minlength=shape[0] * n).reshape(shape) for cells in (place[bad], place)]
    return Weeks(first, counts[0], counts[1])
