"""How sure a flow figure is, its tickets taken as a sample of how the work runs. 95 % intervals; docs/flow.md."""

from collections.abc import Mapping
from itertools import accumulate
from math import sqrt

from journeys.rules.flow_cells import PARTS, SQUARED, percentile_of, times_of
from journeys.schemas import Sure

ERROR = 0.05
NORMAL = 1.959964
FEWEST = 2
TIMES = {"response": "response_hours", "first": "first_resolution_hours", "final": "resolution_hours"}
QUANTILES = {"": 0.5, "_p90": 0.9}


def sure_of(sums: Mapping[str, int]) -> dict[str, Sure]:
    """Hours by quantile, shares of the open clock in percent; no interval where there are too few tickets for one."""
    times = {f"{told}{end}": _time(sums, name, q) for name, told in TIMES.items() for end, q in QUANTILES.items()}
    shares = {f"{part}_percent": _share(sums, part) for part in PARTS}
    return {name: found for name, found in (times | shares).items() if found}


def _time(sums: Mapping[str, int], name: str, q: float) -> Sure | None:
    classes = times_of(sums, name)
    if not classes:
        return None
    values, ends = [hours for hours, _ in classes], list(accumulate(n for _, n in classes))
    value, n = percentile_of(values, ends, q), ends[-1]
    ranks = ranks_around(n, q)
    low, high = (_at(values, ends, rank) for rank in ranks) if ranks else (None, None)
    return Sure(value, low, high, n)


def _at(values: list[float], ends: list[int], rank: int) -> float:
    """The ticket of that rank, counted from 1."""
    return next(value for value, end in zip(values, ends, strict=True) if end >= rank)


def ranks_around(n: int, q: float) -> tuple[int, int] | None:
    """The tickets between which the quantile of all tickets lies, by the binomial distribution (Hahn and Meeker 1991);
    None where even the first and the last are not enough."""
    import numpy as np  # half a second to load, which the start of the server need not wait for
    from scipy.special import bdtr

    around = round(6 * sqrt(n * q * (1 - q))) + 6
    k = np.arange(max(0, int(n * q) - around), min(n, int(n * q) + around) + 1)
    below = bdtr(k, n, q)  # P(at most k of n lie below the quantile)
    lows, highs = k[below <= ERROR / 2], k[below >= 1 - ERROR / 2]
    if not len(lows) or not len(highs) or highs[0] + 1 > n:
        return None
    return int(lows[-1]) + 1, int(highs[0]) + 1


def _share(sums: Mapping[str, int], part: str) -> Sure | None:
    """A ratio of sums and its linearised variance (Cochran 1977, 6.4): long tickets weigh more."""
    n, whole = sums.get("clocks", 0), sum(sums.get(f"clock:{name}", 0) for name in PARTS)
    if not whole:
        return None
    share = sums.get(f"clock:{part}", 0) / whole
    if n < FEWEST or sums.get(SQUARED, 0) != n:
        return Sure(100 * share, None, None, n)
    squares = (sums.get(f"square:{part}", 0), sums.get(f"cross:{part}", 0), sums.get("square:open", 0))
    beyond = squares[0] - 2 * share * squares[1] + share**2 * squares[2]
    half = NORMAL * sqrt(max(0.0, beyond) * n / (n - 1)) / (whole / 60_000)
    return Sure(100 * share, 100 * max(0.0, share - half), 100 * min(1.0, share + half), n)
