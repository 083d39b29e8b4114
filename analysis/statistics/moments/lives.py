"""Step 9b: the life of findings, by looking again as it was at every month's end, and every week at changes."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments import kinds
from analysis.statistics.moments.arrays import Floats
from analysis.statistics.moments.cells import Cells, collect
from analysis.statistics.moments.changes import risen, sudden_changes
from analysis.statistics.moments.counting import Counted, rows_of
from analysis.statistics.moments.looks import Look, look, look_at_changes
from analysis.statistics.moments.naming import USUAL_LEVEL, Scene, Unit, negative
from analysis.statistics.moments.shapes import Finding, Method
from analysis.statistics.moments.sights import Sight
from analysis.statistics.moments.timeline import histories, month_of, months_of
from analysis.statistics.moments.weeks import Weeks, weeks_of

FIRST_LOOK = 3  # months before which nothing is looked for
FIRST_WEEK = 13
RECENT = 6  # months in which a recovered moment must cost nothing
LEAST_RECENT = 20  # answers in them
ONE_SIDED = 1.645


@dataclass(frozen=True, slots=True)
class Past:
    """On which day a unit was first found, at how many months' ends it was, and on which day it was told that bad
    visits had become more there of a sudden."""

    first: dict[Unit, float]
    times: dict[Unit, int]
    changed: dict[Unit, float]


def past_looks(counted: Counted, method: Method) -> Iterator[tuple[int, Look]]:
    """What would have been announced at the end of each month but the last, with today's parameters.

    Rows of journeys that had ended are added once; of those under way, what had been said by then is counted anew.
    So all looks together cost little more than one over the same cells.
    """
    layout, open_then = counted.parameters.layout, _Open.of(counted)
    ended, weeks = months_of(counted.passes.ended) - layout.first_month, weeks_of(counted.timeline)
    cells = counted.cells(ended < 0)
    for month in range(layout.months - 1):
        cells = cells + counted.cells(ended == month)
        if month + 1 >= FIRST_LOOK:
            day = float(np.datetime64(layout.first_month + month + 1, "M").astype("datetime64[D]").astype(np.int64))
            people = replace(counted.people, journeys=int((open_then.begun < day).sum()))
            careful = method.announcing(month + 1)
            yield month, look(cells + open_then.cells(day), month + 1, people, careful, weeks.until(day))


def past_weeks(counted: Counted, method: Method) -> Iterator[tuple[float, Look]]:
    """What each week's look at changes would have seen, with the day on which it would have."""
    layout, open_then, weeks = counted.parameters.layout, _Open.of(counted), weeks_of(counted.timeline)
    ended, before = counted.passes.ended, -math.inf
    cells = counted.cells(ended < before, everybody_only=True)
    for week in range(FIRST_WEEK, weeks.bad.shape[1]):
        day = weeks.day(week)
        so_far = weeks.until(day)
        if not risen(so_far.bad, so_far.answered):
            continue
        cells, before = cells + counted.cells((before <= ended) & (ended < day), everybody_only=True), day
        people = replace(counted.people, journeys=int((open_then.begun < day).sum()))
        until = min(month_of(day - 1) - layout.first_month + 1, layout.months)
        under_way = open_then.cells(day, everybody_only=True)
        if seen := look_at_changes(cells + under_way, until, people, method.announcing(until), so_far):
            yield day, seen


@dataclass(frozen=True, slots=True)
class _Open:
    """Journeys with their first and last day, and what their people had said before."""

    counted: Counted
    history: tuple[Floats, Floats]
    begun: Floats
    ended: Floats

    @classmethod
    def of(cls, counted: Counted) -> "_Open":
        timeline = counted.timeline
        history = histories(timeline, counted.parameters.baselines.residuals(timeline))
        time = timeline.rows.time
        return cls(counted, history, timeline.journeys.lowest(time), timeline.journeys.highest(time))

    def cells(self, day: float, everybody_only: bool = False) -> Cells:
        """Of the journeys under way on a day, by what was known then."""
        timeline, parameters = self.counted.timeline, self.counted.parameters
        under_way = (self.begun < day) & (self.ended >= day)
        rows = timeline.rows.take(under_way[timeline.journeys.number] & (timeline.rows.time < day))
        history = (self.history[0][under_way], self.history[1][under_way])
        return collect(parameters.layout, *rows_of(rows, parameters, history), everybody_only=everybody_only)


def past(counted: Counted, scene: Scene, tell: Callable[[int], None]) -> Past:
    first: dict[Unit, float] = {}
    times: dict[Unit, int] = {}
    for month, seen in past_looks(counted, scene.method):
        for unit in negative(replace(scene, seen=seen)):
            first.setdefault(unit, _end(counted, month))
            times[unit] = times.get(unit, 0) + 1
        tell(month)
    for day, changes in past_weeks(counted, scene.method):
        for unit in negative(replace(scene, seen=changes)):
            first[unit] = min(day, first.get(unit, math.inf))
    return Past(first, times, told_changes(weeks_of(counted.timeline), scene.method))


def told_changes(weeks: Weeks, method: Method) -> dict[Unit, float]:
    """Touchpoints where bad visits became more of a sudden, and the day after the week that made it clear."""
    found = sudden_changes(weeks.bad, weeks.answered, method.quiet_alpha)
    return {(one.touchpoint, 0): float(weeks.day(one.noticed + 1)) for one in found}


def _end(counted: Counted, month: int) -> float:
    return float(month_end(counted.parameters.layout.first_month + month))


def month_end(month: int) -> int:
    """The last day of a month since 1970-01."""
    return int(np.datetime64(month + 1, "M").astype("datetime64[D]").astype(np.int64)) - 1


def recovered(scene: Scene, before: Past, alarms: dict[Unit, Finding]) -> dict[Unit, Finding]:
    """Moments found now, or at two looks or more before, whose last months leave no room for a loss that matters."""
    taken = {unit[0] for unit in alarms}
    known = [unit for unit, times in before.times.items() if times > 1 and unit[0] not in taken]
    return {
        unit: scene.finding(kinds.RECOVERED, unit, recent(scene.seen), USUAL_LEVEL)
        for unit in [*alarms, *known]
        if is_over(scene, unit)
    }


def is_over(scene: Scene, unit: Unit) -> bool:
    """Bad visits have become too rare: their share in the last months times what one of them ever cost."""
    whole, last = scene.seen.sights[-1].found, recent(scene.seen).found
    share, effect, n = float(last.bad_share[unit]), float(whole.effect[unit]), float(last.answered[unit])
    error = math.sqrt(share**2 * float(whole.effect_variance[unit]) + effect**2 * share * (1 - share) / max(1.0, n))
    return n >= LEAST_RECENT and share * effect + ONE_SIDED * error < scene.method.relevance


def recent(seen: Look) -> Sight:
    return next((sight for sight in seen.sights if sight.months >= RECENT), seen.sights[-1])
