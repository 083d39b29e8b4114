"""Step 13a: by way of where people came here, as additive sums: every touchpoint after every other of its journey."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import Bits, Floats, Ints
from analysis.statistics.moments.cells import COLUMNS, person_bits, row_sums
from analysis.statistics.moments.passes import Passes
from analysis.statistics.moments.prediction import Surprise


@dataclass(frozen=True, slots=True)
class Ways:
    """Passes of those who had been at `before` in the same journey, before the visit that counts here.

    `sums`: [touchpoint, before, column], as in cells, all kinds of visits together. `people`: the sketch.
    """

    sums: Floats
    people: Bits

    @classmethod
    def none(cls, touchpoints: int) -> "Ways":
        shape = (touchpoints, touchpoints)
        return cls(np.zeros((*shape, COLUMNS)), np.zeros(shape, dtype=np.uint64))


def ways(touchpoints: int, passes: Passes, found: Surprise) -> Ways:
    order = np.lexsort((passes.first, passes.journey))
    sums, people = row_sums(passes, found, order), person_bits(passes, found)[order]
    total = np.zeros((touchpoints * touchpoints, COLUMNS))
    sketch = np.zeros(touchpoints * touchpoints, dtype=np.uint64)
    place = passes.touchpoint[order]
    for here, before in _pairs(passes, order):
        key = place[here] * touchpoints + place[before]
        for column in range(COLUMNS):
            total[:, column] += np.bincount(key, sums[here, column], len(total))
        np.bitwise_or.at(sketch, key, people[here])
    shape = (touchpoints, touchpoints)
    return Ways(total.reshape(*shape, COLUMNS), sketch.reshape(shape))


def _pairs(passes: Passes, order: Ints) -> list[tuple[Ints, Ints]]:
    """Places in the order of a pass and of one whose touchpoint had been visited before, in the same journey."""
    journey, first, row = passes.journey[order], passes.first[order], passes.row[order]
    found, apart = [], 1
    while len(near := np.flatnonzero(journey[apart:] == journey[:-apart])):
        for here, before in ((near + apart, near), (near, near + apart)):
            came = first[before] < row[here]
            found.append((here[came], before[came]))
        apart += 1
    return found
