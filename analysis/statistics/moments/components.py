"""Step 2a: how much of a residual is the person, how much the journey, how much chance. By moments, from sums."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import Floats
from analysis.statistics.moments.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Components:
    person: float  # variance of leniency
    shared: float  # of leniency and journey together
    chance: float
    end: float  # of the end score
    end_slope: float  # what the end score does when the shared part moves by one

    @property
    def journey(self) -> float:
        return self.shared - self.person


def components(timeline: Timeline, residuals: Floats) -> Components:
    """Henderson's method of moments: products of different answers of one journey, and of one person's journeys."""
    said = timeline.visited.astype(np.float64)
    total, n = timeline.journeys.total(residuals * said), timeline.journeys.total(said)
    squares = float((residuals**2 * said).sum())
    shared = max(0.05, (float((total**2).sum()) - squares) / max(1.0, float((n * (n - 1)).sum())))
    between = _between_journeys(timeline, total, n)
    person = float(np.clip(between, 0.02, 0.95 * shared))
    chance = max(0.1, squares / max(1.0, float(said.sum())) - shared)
    return Components(person, shared, chance, *_end(timeline, residuals, total, n, shared))


def _between_journeys(timeline: Timeline, total: Floats, n: Floats) -> float:
    of_person, number = np.bincount(timeline.person, total), np.bincount(timeline.person, n)
    products = float((of_person**2).sum() - (total**2).sum())
    return products / max(1.0, float((number**2).sum() - (n**2).sum()))


def _end(timeline: Timeline, residuals: Floats, total: Floats, n: Floats, shared: float) -> tuple[float, float]:
    end = end_residuals(timeline, residuals)
    has = ~np.isnan(end)
    if not has.any():
        return 1.0, 1.0
    slope = float((end[has] * total[has]).sum()) / max(1.0, float(n[has].sum())) / shared
    return float((end[has] ** 2).mean()), float(np.clip(slope, 0.3, 2.0))


def end_residuals(timeline: Timeline, residuals: Floats) -> Floats:
    """Of each journey, NaN where its end was not answered; the last answer counts."""
    out = np.full(len(timeline.journeys), np.nan)
    at = np.flatnonzero(timeline.rows.is_end & timeline.rows.answered)
    out[timeline.journeys.number[at]] = residuals[at]
    return out
