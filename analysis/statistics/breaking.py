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


def breaking(bins: Sequence[tuple[float, Sums]]) -> Break | None:
    """`bins`: lower edge and scores, ascending. Profile likelihood of one step in a mean (Hinkley 1970; Bai 1997)."""
    below = list(accumulate(sums for _, sums in bins))
    if not below or below[-1].n < 2 * LEAST:
        return None
    gains = [_gain(below[cut - 1], below[-1]) for cut in range(1, len(bins))]
    best = max(gains, default=0.0)
    if best < CLEAR:
        return None
    inside = [cut for cut, gain in enumerate(gains, start=1) if gain >= best - INSIDE]
    cut = len(gains) - gains[::-1].index(best)  # edges without answers between: the last of them
    return Break(bins[cut][0], bins[inside[0]][0], bins[inside[-1]][0], cut)


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
