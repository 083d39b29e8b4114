"""Step 9b: the life of findings, by looking again at the end of every month as it was then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments import kinds
from analysis.statistics.moments.counting import Counted
from analysis.statistics.moments.looks import Look, Sight, look
from analysis.statistics.moments.naming import USUAL_LEVEL, Scene, Unit, negative
from analysis.statistics.moments.shapes import Finding, Method
from analysis.statistics.moments.timeline import months_of

FIRST_LOOK = 3  # months before which nothing is looked for
RECENT = 6  # months in which a recovered moment must cost nothing
ONE_SIDED = 1.645


@dataclass(frozen=True, slots=True)
class Past:
    """At which month's end a unit was first found, and how often it was."""

    first: dict[Unit, int]
    times: dict[Unit, int]


def past_looks(counted: Counted, method: Method) -> Iterator[tuple[int, Look]]:
    """What would have been seen at the end of each month but the last: journeys that had not ended are left out.

    Each row is added once, so that all looks together cost little more than one over the same cells.
    """
    layout = counted.parameters.layout
    known = months_of(counted.passes.ended) - layout.first_month
    cells = counted.cells(known < 0)
    for month in range(layout.months - 1):
        cells = cells + counted.cells(known == month)
        if month + 1 >= FIRST_LOOK:
            journeys = len(np.unique(counted.passes.journey[known <= month]))
            yield month, look(cells, month + 1, replace(counted.people, journeys=journeys), method)


def past(counted: Counted, scene: Scene, tell: Callable[[int], None]) -> Past:
    first: dict[Unit, int] = {}
    times: dict[Unit, int] = {}
    careful = replace(scene.method, alpha=scene.method.announcing_alpha)
    for month, seen in past_looks(counted, careful):
        for unit in negative(replace(scene, seen=seen)):
            first.setdefault(unit, month)
            times[unit] = times.get(unit, 0) + 1
        tell(month)
    return Past(first, times)


def recovered(scene: Scene, before: Past, besides: set[int]) -> dict[Unit, Finding]:
    """Moments found at two looks or more, whose last months leave no room for a loss that matters."""
    sight = recent(scene.seen)
    found = sight.found
    over = found.loss + ONE_SIDED * found.error < scene.method.relevance
    return {
        unit: scene.finding(kinds.RECOVERED, unit, sight, USUAL_LEVEL)
        for unit, times in before.times.items()
        if times > 1 and unit[0] not in besides and over[unit]
    }


def recent(seen: Look) -> Sight:
    return next((sight for sight in seen.sights if sight.months >= RECENT), seen.sights[-1])
