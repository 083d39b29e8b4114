"""At which waiting time, or number of hand-offs, experience breaks: one step down, with an interval, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log

from analysis.statistics.means import Sums

CLEAR = 12.0  # twice the log likelihood ratio: the largest of a dozen cuts, by chance in less than 1 %
INSIDE = 3.84  # that a 95 % interval may lose against the best cut
LEAST = 20  # answers on either side


@dataclass(frozen=True, slots=True)
class Break:
    """From `at` on (an edge) experience is lower; 95 % that it begins between `earliest` and `latest`. `cut`: how many
    bins lie before it."""

    at: float
    earliest: float
    latest: float
    cut: int


def breaking(bins: Sequence[tuple[float, Sums]], whole: bool = False) -> Break | None:
    """`bins`: lower edge and scores, ascending; `whole`: each holds one number, as hand-offs do, and no span of time.

    Profile likelihood of one step in a mean (Hinkley 1970; Bai 1997). A step within a span may show at both its ends,
    so the interval reaches one span further on both sides.
    """
    below = list(accumulate(sums for _, sums in bins))
    if not below or below[-1].n < 2 * LEAST:
        return None
    gains = [_gain(below[cut - 1], below[-1]) for cut in range(1, len(bins))]
    best = max(gains, default=0.0)
    if best < CLEAR:
        return None
    inside = [cut for cut, gain in enumerate(gains, start=1) if gain >= best - INSIDE]
    cut = len(gains) - gains[::-1].index(best)  # edges without answers between: the last of them
    first, last = (inside[0], inside[-1]) if whole else (inside[0] - 1, min(inside[-1] + 1, len(bins) - 1))
    return Break(bins[cut][0], bins[first][0], bins[last][0], cut)


def _gain(before: Sums, whole: Sums) -> float:
    """Twice the log likelihood won by two means instead of one; nothing where experience rises."""
    after = whole - before
    if min(before.n, after.n) < LEAST or before.total * after.n <= after.total * before.n:
        return 0.0
    left = max(_squares(before) + _squares(after), 1e-9)
    return whole.n * log(max(_squares(whole), 1e-9) / left)


def _squares(sums: Sums) -> float:
    """Around their own mean."""
    return sums.squares - sums.total**2 / sums.n
