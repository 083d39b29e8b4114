"""Step 0: experiences in the order in which people lived through them, journey by journey."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import Flags, Floats, Ints, Runs
from analysis.statistics.moments.shapes import Experiences


@dataclass(frozen=True, slots=True)
class Timeline:
    rows: Experiences  # sorted by journey, time, tie
    journeys: Runs
    month: Ints  # calendar months since 1970-01

    @classmethod
    def of(cls, experiences: Experiences) -> "Timeline":
        rows = experiences.take(np.lexsort((experiences.tie, experiences.time, experiences.journey)))
        return cls(rows, Runs.of(rows.journey), months_of(rows.time))

    @property
    def visited(self) -> Flags:
        """Answered visits: what journeys are measured by, their end apart."""
        return self.rows.answered & ~self.rows.is_end

    @property
    def person(self) -> Ints:
        """Of each journey."""
        return self.rows.person[self.journeys.starts]


def months_of(days: Floats) -> Ints:
    return np.floor(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def month_of(day: float) -> int:
    return int(months_of(np.array([day]))[0])


def histories(timeline: Timeline, residuals: Floats) -> tuple[Floats, Floats]:
    """Sum and number of what the person of each journey had said anywhere before the journey began."""
    rows, starts = timeline.rows, timeline.journeys.starts
    order = np.lexsort((rows.tie, rows.time, rows.person))
    persons = Runs.of(rows.person[order])
    said = rows.answered.astype(np.float64)[order]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    at = place[starts]
    return persons.before(residuals[order] * said)[at], persons.before(said)[at]
