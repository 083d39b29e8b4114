"""How sure a flow figure is, its tickets taken as a sample of how the work runs. 95 % intervals; docs/flow.md."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import fsum, sqrt

from journeys.rules.flow_cells import PARTS, SQUARED, percentile_of, times_of
from journeys.rules.flow_report import FlowTally
from journeys.schemas import Sure

ERROR = 0.05
NORMAL = 1.959964
FEWEST = 2
TIMES = {"response": "response_hours", "first": "first_resolution_hours", "final": "resolution_hours"}
QUANTILES = {"": 0.5, "_p90": 0.9}


def sure_of(sums: Mapping[str, int]) -> dict[str, Sure]:
    """Hours by quantile, shares of the open clock in percent; no interval where there are too few tickets for one."""
    times = {told: times_of(sums, name) for name, told in TIMES.items()}
    return _told(times, {part: _share(sums, part) for part in PARTS})


def sure_of_tickets(tally: FlowTally) -> dict[str, Sure]:
    """The same of tickets that are all there, exactly."""
    lists = (tally.to_response, tally.to_first, tally.to_final)
    times = {told: [(h, 1) for h in sorted(hours)] for told, hours in zip(TIMES.values(), lists, strict=True)}
    return _told(times, {part: _share_of(tally.clocks, place) for place, part in enumerate(PARTS)})


def _told(times: Mapping[str, Sequence[tuple[float, int]]], shares: Mapping[str, Sure | None]) -> dict[str, Sure]:
    found = {f"{name}{end}": _time(classes, q) for name, classes in times.items() for end, q in QUANTILES.items()}
    found |= {f"{part}_percent": share for part, share in shares.items()}
    return {name: sure for name, sure in found.items() if sure}


def _time(classes: Sequence[tuple[float, int]], q: float) -> Sure | None:
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
    n, whole = sums.get("clocks", 0), sum(sums.get(f"clock:{name}", 0) for name in PARTS)
    if not whole:
        return None
    share = sums.get(f"clock:{part}", 0) / whole
    if n < FEWEST or sums.get(SQUARED, 0) != n:
        return Sure(100 * share, None, None, n)
    squares = (sums.get(f"square:{part}", 0), sums.get(f"cross:{part}", 0), sums.get("square:open", 0))
    beyond = squares[0] - 2 * share * squares[1] + share**2 * squares[2]
    return _ratio(share, beyond, whole / 60_000, n)


def _share_of(clocks: Sequence[tuple[float, ...]], place: int) -> Sure | None:
    whole, n = fsum(fsum(clock) for clock in clocks), len(clocks)
    if not whole:
        return None
    share = fsum(clock[place] for clock in clocks) / whole
    if n < FEWEST:
        return Sure(100 * share, None, None, n)
    return _ratio(share, fsum((clock[place] - share * fsum(clock)) ** 2 for clock in clocks), whole, n)


def _ratio(share: float, beyond: float, whole: float, n: int) -> Sure:
    """A ratio of sums and its linearised variance (Cochran 1977, 6.4): long tickets weigh more."""
    half = NORMAL * sqrt(max(0.0, beyond) * n / (n - 1)) / whole
    return Sure(100 * share, 100 * max(0.0, share - half), 100 * min(1.0, share + half), n)
