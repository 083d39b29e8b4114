"""How soon it is told that bad visits became more of a sudden, for `bench.moments`."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.statistics.moments import Method
from analysis.statistics.moments.counting import Counted
from analysis.statistics.moments.lives import told_changes
from analysis.statistics.moments.weeks import weeks_of

DELAY_NEEDS = 300  # answers after the start
MISSED = 10_000  # days


@dataclass
class Rises:
    """When it is told that bad visits became more of a sudden (`level_change`), whatever that may cost."""

    delays: list[int] = field(default_factory=list)
    unfounded: int = 0  # where nothing happened of a sudden, or before it did
    touchpoints: int = 0

    def add(self, truth: dict[str, Any], counted: Counted, method: Method) -> None:
        weeks, names = weeks_of(counted.timeline), counted.timeline.rows.names
        told = {names[touchpoint]: day for (touchpoint, _), day in told_changes(weeks, method).items()}
        self.touchpoints += len(names)
        began = {unit["touchpoint"]: unit for unit in truth["units"] if unit.get("since")}
        for name, unit in began.items():
            late = told[name] - began_on(unit) if name in told else MISSED
            if late > 0 and unit["label"] == "positive" and unit["answers_after"] >= DELAY_NEEDS:
                self.delays.append(round(late))
        self.unfounded += sum(name not in began or day <= began_on(began[name]) for name, day in told.items())

    def told(self) -> str:
        days = f"{np.median(self.delays):.0f} days" if self.delays else "-"
        found = f"{sum(late < MISSED for late in self.delays)} of {len(self.delays)}"
        false = f"{self.unfounded} of {self.touchpoints:,} touchpoints"
        return f"told to have become worse {found}, median {days}; told where nothing happened {false}"


def began_on(unit: dict[str, Any]) -> float:
    return float(np.datetime64(unit["since"], "D").astype(np.int64))
