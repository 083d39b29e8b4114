"""Flow figures as sums of whole numbers, so that tickets can be added and taken away in any order, exactly.

All sums of a cell stand in one counter: `tickets`, `handoffs:2`, `response@1.5`. Times are kept in classes of three
significant digits (each within half a percent), sums of seconds in milliseconds, shares in 2^-32,
squares of times in square minutes.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from math import floor

from journeys.rules.flow_report import BUCKETS, HOUR, MANY_HANDOFFS, hours_between, left_out
from journeys.schemas import Figures, FlowReport, Shares, TicketFlow

Sums = Counter[str]
MILLI, UNIT = 1000, 1 << 32
PARTS = ("active", "waiting", "queue")
DIGITS = 6
KNOWN, KEPT = "agreed", "kept"
SQUARED = "squared"  # clocks whose squares are counted; sums from before there were squares have fewer
SQUARE_MINUTE = 60 * 60


def sums_of(flow: TicketFlow, sla_met: bool | None) -> Sums:
    found = Sums({"tickets": 1, "events": flow.events, f"handoffs:{min(flow.handoffs, MANY_HANDOFFS)}": 1})
    found["ping_pong"], found["reopened"] = int(flow.returns > 0), int(flow.reopens > 0)
    found[KNOWN], found[KEPT] = int(sla_met is not None), int(sla_met is True)
    _durations(found, flow)
    if reason := left_out(flow):
        found[f"out:{reason}"] = 1
    else:
        _clock(found, flow)
    return +found


def _durations(found: Sums, flow: TicketFlow) -> None:
    """As in `flow_report`: only a response may be as old as the opening."""
    opened = flow.opened_at
    if opened is None:
        return
    if flow.responded_at:
        _time(found, "response", max(0.0, hours_between(opened, flow.responded_at)))
    for name, at in (("first", flow.first_resolved_at), ("final", flow.resolved_at)):
        if at and at >= opened:
            _time(found, name, hours_between(opened, at))


def _time(found: Sums, name: str, hours: float) -> None:
    found[f"{name}@{hours:.3g}"] += 1
    found[f"{name}:sum"] += round(hours * HOUR * MILLI)


def _clock(found: Sums, flow: TicketFlow) -> None:
    found["clocks"] = 1
    found[SQUARED], found["square:open"] = 1, round(flow.open_s**2 / SQUARE_MINUTE)
    for name, seconds in zip(PARTS, (flow.active_s, flow.waiting_s, flow.queue_s), strict=True):
        found[f"clock:{name}"] = round(seconds * MILLI)
        found[f"square:{name}"] = round(seconds**2 / SQUARE_MINUTE)
        found[f"cross:{name}"] = round(seconds * flow.open_s / SQUARE_MINUTE)
        found[f"share:{name}"] = round(seconds / flow.open_s * UNIT)
    for who, seconds in flow.waiting_for.items():
        found[f"waits:{who}"] = round(seconds * MILLI)


def added(one: Mapping[str, int], other: Mapping[str, int], times: int = 1) -> Sums:
    """Together, or with `times` -1 what is left; nothing that is nothing."""
    found = Sums(one)
    for name, n in other.items():
        found[name] += times * n
    return Sums({name: n for name, n in found.items() if n})


@dataclass
class SummedTally:
    """The same as `FlowTally`, from sums."""

    sums: Sums = field(default_factory=Sums)

    def add(self, sums: Mapping[str, int], times: int = 1) -> None:
        for name, n in sums.items():
            self.sums[name] += times * n

    def report(self) -> FlowReport:
        return report_of(self.sums)


def report_of(sums: Mapping[str, int]) -> FlowReport:
    get = sums.get
    clock = {name: get(f"clock:{name}", 0) for name in PARTS}
    return FlowReport(
        tickets=get("tickets", 0),
        events=get("events", 0),
        left_out=dict(sorted(_under(sums, "out:"))),
        pooled=_shares(clock, sum(clock.values())),
        per_ticket_mean=_shares({name: get(f"share:{name}", 0) for name in PARTS}, get("clocks", 0) * UNIT),
        hours_to_response=_figures(sums, "response"),
        hours_to_first_resolution=_figures(sums, "first"),
        hours_to_final_resolution=_figures(sums, "final"),
        handoffs={bucket: get(f"handoffs:{n}", 0) for n, bucket in enumerate(BUCKETS)},
        ping_pong=get("ping_pong", 0),
        reopened=get("reopened", 0),
        waiting_for={who: round(n / MILLI / HOUR, DIGITS) for who, n in sorted(_under(sums, "waits:"))},
    )


def _under(sums: Mapping[str, int], begins: str) -> Iterable[tuple[str, int]]:
    return ((name.removeprefix(begins), n) for name, n in sums.items() if n and name.startswith(begins))


def _shares(parts: Mapping[str, int], whole: int) -> Shares:
    return Shares(**{name: round(part / whole, DIGITS) for name, part in parts.items()}) if whole else Shares()


def times_of(sums: Mapping[str, int], name: str) -> list[tuple[float, int]]:
    """Classes of hours and how many tickets are in each, shortest first."""
    return sorted((float(hours), n) for hours, n in _under(sums, f"{name}@"))


def _figures(sums: Mapping[str, int], name: str) -> Figures:
    classes = times_of(sums, name)
    if not classes:
        return Figures()
    values, ends = [hours for hours, _ in classes], list(accumulate(n for _, n in classes))
    p50, p75, p90 = (round(percentile_of(values, ends, q), DIGITS) for q in (0.5, 0.75, 0.9))
    return Figures(p50, p75, p90, round(sums.get(f"{name}:sum", 0) / MILLI / HOUR / ends[-1], DIGITS))


def percentile_of(values: list[float], ends: list[int], q: float) -> float:
    """Type 7 of Hyndman and Fan, as in `flow_report`; `ends`: how many lie in each class and those before it."""
    place = q * (ends[-1] - 1)
    below = floor(place)
    low, high = (values[bisect_right(ends, rank)] for rank in (below, min(below + 1, ends[-1] - 1)))
    return low + (place - below) * (high - low)
