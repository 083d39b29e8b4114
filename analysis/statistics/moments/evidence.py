"""What people said at the bad visits of a unit: ids of comments, chosen to be read."""

import numpy as np

from analysis.statistics.moments.arrays import Flags, Ints
from analysis.statistics.moments.counting import Counted
from analysis.statistics.moments.passes import Kind

MOST = 5
UNENDED = 9.0


def in_unit(counted: Counted, touchpoint: int, segment: dict[str, str] | None) -> Flags:
    """Rows of the timeline that belong to a unit."""
    rows = counted.timeline.rows
    inside = np.asarray(rows.touchpoint == touchpoint, dtype=np.bool_)
    for name, value in (segment or {}).items():
        inside &= rows.segments[name] == rows.values[name].index(value)
    return inside


def evidence(
    counted: Counted, wording: Ints, inside: Flags, kinds: tuple[Kind, ...] = (Kind.BAD, Kind.REPAIRED)
) -> list[int]:
    """Ties (ranks of event ids) of commented visits: lowest end first, newest first, each wording once."""
    passes, rows = counted.passes, counted.timeline.rows
    said = wording[rows.tie[passes.row]]
    use = np.flatnonzero(inside[passes.row] & np.isin(passes.kind, kinds) & (said >= 0))
    end = np.where(np.isnan(passes.end[use]), UNENDED, passes.end[use])
    if kinds == (Kind.DELIGHTED,):
        end = -np.nan_to_num(passes.end[use], nan=-UNENDED)
    order = use[np.lexsort((rows.tie[passes.row[use]], -rows.time[passes.row[use]], end))]
    _, first = np.unique(said[order], return_index=True)
    return [int(tie) for tie in rows.tie[passes.row[order[np.sort(first)[:MOST]]]]]
