"""Step 1: what is left of a score when touchpoint, season and trend are taken out."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import Floats, on_grid
from analysis.statistics.moments.timeline import Timeline

SWEEPS = 8
TOUCHPOINT_PRIOR, MONTH_PRIOR = 2.0, 5.0  # answers that pull a small cell to nothing special


@dataclass(frozen=True, slots=True)
class Baselines:
    overall: float
    touchpoints: Floats  # the last one: the end of a journey
    months: Floats
    first_month: int

    def residuals(self, timeline: Timeline) -> Floats:
        """Zero where nothing was said. A month that the baselines have not seen takes the last one's."""
        month = np.clip(timeline.month - self.first_month, 0, len(self.months) - 1)
        expected = self.overall + self.touchpoints[timeline.rows.touchpoint] + self.months[month]
        return on_grid(np.where(timeline.rows.answered, np.nan_to_num(timeline.rows.score) - expected, 0.0))


def baselines(timeline: Timeline) -> Baselines:
    """Two-way effects by alternating sweeps over the sums of touchpoint x month (backfitting)."""
    said = timeline.rows.answered
    touchpoint, month = timeline.rows.touchpoint[said], timeline.month[said]
    if not len(month):
        return Baselines(0.0, np.zeros(len(timeline.rows.names) + 1), np.zeros(1), 0)
    first, shape = int(month.min()), (len(timeline.rows.names) + 1, int(np.ptp(month)) + 1)
    score = timeline.rows.score[said]
    cell = touchpoint * shape[1] + month - first
    n = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    overall = float(score.mean())
    total = np.bincount(cell, score - overall, shape[0] * shape[1]).astype(np.float64).reshape(shape)
    return Baselines(overall, *_sweep(n, total), first_month=first)


def _sweep(n: Floats, total: Floats) -> tuple[Floats, Floats]:
    rows, columns = np.zeros(n.shape[0]), np.zeros(n.shape[1])
    for _ in range(SWEEPS):
        rows = (total - n * columns).sum(axis=1) / (n.sum(axis=1) + TOUCHPOINT_PRIOR)
        columns = (total - n * rows[:, None]).sum(axis=0) / (n.sum(axis=0) + MONTH_PRIOR)
    return rows, columns
