"""The figures of the UCI log, worked out another way: from the raw rows, backwards, in minutes, with numpy.

Nothing of the project is used here but the path of the file, so that a mistake is not made twice.
"""

import csv
import gzip
from calendar import timegm
from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path
from time import strptime
from typing import Any

import numpy as np

OVER = ("Resolved", "Closed")
WAITS_FOR = {
    "Awaiting User Info": "requester",
    "Awaiting Evidence": "requester",
    "Awaiting Vendor": "vendor",
    "Awaiting Problem": "change",
}
Row = dict[str, str]


def minute(text: str) -> int:
    return timegm(strptime(text, "%d/%m/%Y %H:%M")) // 60


def tickets(path: Path) -> list[list[Row]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["number"])
    return [
        sorted(group, key=lambda row: (minute(row["sys_updated_at"]), int(row["sys_mod_count"])))
        for _, group in groupby(rows, key=lambda row: row["number"])
    ]


def states(rows: list[Row]) -> list[tuple[int, str]]:
    """When the ticket entered which state; a state that is not known is the one before it."""
    found: list[tuple[int, str]] = []
    for row in rows:
        state = row["incident_state"]
        found.append((minute(row["sys_updated_at"]), found[-1][1] if state == "-100" and found else state))
    return found


def resolutions(timeline: list[tuple[int, str]]) -> list[int]:
    """When it went from an open state into a final one."""
    before = ["", *[state for _, state in timeline]]
    return [when for (when, state), old in zip(timeline, before, strict=False) if state in OVER and old not in OVER]


def reopened(timeline: list[tuple[int, str]]) -> bool:
    names = "".join("#" if state in OVER else "." for _, state in timeline)
    return "#." in names


def clock(opened: int, timeline: list[tuple[int, str]]) -> Counter[str]:
    """Minutes by state from the opening to the last change."""
    spent: Counter[str] = Counter()
    changes = [(opened, "New"), *timeline]
    for (start, state), (end, _) in pairwise(changes):
        # The five rows that are older than their ticket's opening say how it was, not how long.
        spent[state] += max(0, end - max(start, opened))
    return spent


def groups(rows: list[Row]) -> list[str]:
    known = [row["assignment_group"] for row in rows if row["assignment_group"] != "?"]
    return [group for group, _ in groupby(known)]


def distribution(minutes: list[int]) -> dict[str, float]:
    hours = np.array(minutes) / 60
    named = {f"p{q}": float(np.percentile(hours, q)) for q in (50, 75, 90)}
    return named | {"mean": float(hours.mean())}


def figures(path: Path) -> dict[str, Any]:
    all_tickets = tickets(path)
    first, final, clocks, passed, returned, again = [], [], [], [], 0, 0
    for rows in all_tickets:
        opened, timeline = minute(rows[0]["opened_at"]), states(rows)
        ends = resolutions(timeline)
        first.append(ends[0] - opened)
        final.append(ends[-1] - opened)
        clocks.append(clock(opened, timeline))
        held = groups(rows)
        passed.append(max(0, len(held) - 1))
        returned += len(set(held)) < len(held)
        again += reopened(timeline)
    return {
        "tickets": len(all_tickets),
        "events": sum(map(len, all_tickets)),
        "pooled": shares([sum(clocks, Counter())]),
        "per_ticket_mean": shares(clocks),
        "hours_to_first_resolution": distribution(first),
        "hours_to_final_resolution": distribution(final),
        "handoffs": {str(n): passed.count(n) for n in range(5)} | {"5+": sum(n >= 5 for n in passed)},
        "ping_pong": returned,
        "reopened": again,
        "waiting_for": waiting_for(clocks),
    }


def shares(clocks: list[Counter[str]]) -> dict[str, float]:
    parts = []
    for spent in clocks:
        queue, active = spent["New"], spent["Active"]
        waiting = sum(spent[state] for state in WAITS_FOR)
        if queue + active + waiting:
            parts.append(np.array([active, waiting, queue]) / (queue + active + waiting))
    return dict(zip(("active", "waiting", "queue"), map(float, np.mean(parts, axis=0)), strict=True))


def waiting_for(clocks: list[Counter[str]]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for spent in clocks:
        for state, who in WAITS_FOR.items():
            total[who] += spent[state]
    return {who: minutes / 60 for who, minutes in total.items()}
