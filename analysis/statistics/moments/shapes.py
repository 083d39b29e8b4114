"""What goes in and what comes out. Times are days since 1970-01-01 UTC, scores 1 to 5."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments.arrays import Flags, Floats, Ints

DIMENSIONS = ("customer", "persona", "service", "channel")
VERSION = "moments-2"


@dataclass(frozen=True, slots=True)
class Experiences:
    """Visits to touchpoints and ends of journeys, answered or not, in any order.

    `touchpoint` is a code into `names`; `len(names)` stands for the end of a journey, whose score is the satisfaction
    with the whole. A score is NaN where nobody answered. `tie` orders what happened at the same time.
    """

    names: tuple[str, ...]
    values: dict[str, tuple[str, ...]]  # of each segment dimension
    time: Floats
    tie: Ints
    journey: Ints
    person: Ints
    touchpoint: Ints
    score: Floats
    repaired: Flags
    segments: dict[str, Ints]  # codes into `values`, -1 unknown

    def __len__(self) -> int:
        return len(self.time)

    @property
    def is_end(self) -> Flags:
        return np.asarray(self.touchpoint == len(self.names), dtype=np.bool_)

    @property
    def answered(self) -> Flags:
        return ~np.isnan(self.score)

    def take(self, rows: Ints | Flags) -> "Experiences":
        picked = {name: getattr(self, name)[rows] for name in ROW_FIELDS}
        return replace(self, segments={name: codes[rows] for name, codes in self.segments.items()}, **picked)


ROW_FIELDS = ("time", "tie", "journey", "person", "touchpoint", "score", "repaired")


def composite(*dimensions: Floats) -> Floats:
    """Mean of the dimensions answered at a visit, NaN where none was."""
    stacked = np.stack(dimensions)
    n = (~np.isnan(stacked)).sum(axis=0)
    out = np.full(stacked.shape[1], np.nan)
    np.divide(np.nansum(stacked, axis=0), n, out=out, where=n > 0)
    return out


@dataclass(frozen=True, slots=True)
class Method:
    """The choices of the method; docs/method.md gives the reason of each."""

    alpha: float = 0.09  # of the weighted tests; what gate and relevance leave of it is measured, docs/method.md
    announcing_alpha: float = 0.015  # of each of many looks; what all of them together get wrong: docs/method.md
    changes_alpha: float = 0.01  # of each week's look at touchpoints whose bad visits have become more
    first_year: float = 12.0  # months in which looks that announce are stricter: there is little to go by
    relevance: float = 0.05  # points lost per visit below which a loss is none of a manager's business
    windows: tuple[int, ...] = (8, 12, 10_000)  # last months; what began later is looked at since then
    window_weights: tuple[float, ...] = (0.5, 0.5, 1)
    touchpoint_share: float = 0.7  # of alpha, beside segments
    changed_share: float = 0.2  # of alpha, for touchpoints whose share of bad visits rose of a sudden
    least_bad: int = 8
    least_persons: int = 6
    widest_error: float = 0.14  # standard error of a segment; twice that for a touchpoint
    gate_z: float = 1.0  # the contrast alone must point there this clearly
    gate_z_changed: float = 0.3  # where bad visits have become more: that is evidence too
    gate_loss: float = 0.02
    gate_effect: float = 0.1
    borrowed: float = 20.0  # degrees of freedom that a class takes from all touchpoints
    typical: float = 0.4  # quantile of the effects that any touchpoint has
    middle: float = 0.5  # quantile of the changes that any touchpoint sees
    least_effect_error: float = 0.05
    least_bias_error: float = 0.04
    quiet_alpha: float = 0.05  # of the findings beside moments that cost, each kind
    least_end_share: float = 0.03  # of journeys with an end score, else the contrast stands alone

    def announcing(self, months: int) -> "Method":
        """For a look among many, after so many months. The first year spends little (O'Brien and Fleming 1979; Lan and
        DeMets 1983): its looks share few data with later ones, and are many looks in one as information goes."""
        spent = min(1.0, months / self.first_year) ** 2
        return replace(self, alpha=spent * self.announcing_alpha, changes_alpha=spent * self.changes_alpha)


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What people bring along from a moment of truth where they had been before: points per 100 visits here, and what
    would be lost here `otherwise`, if as many as elsewhere (`usual`) had been there, with 95 % intervals.

    `share` of those who pass here came by way of it: `n` passes, and `n_otherwise` did not.
    """

    touchpoint: str
    share: float
    usual: float
    points: float
    ci95: tuple[float, float]
    otherwise: float
    otherwise_ci95: tuple[float, float]
    n: int
    n_otherwise: int


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    touchpoint: str
    segment: dict[str, str] | None
    loss_per_100_visits: float
    ci95: tuple[float, float]
    loss_per_100_journeys: float
    n: int  # answered visits
    passes: int
    bad: int  # bad visits with anything said afterwards
    persons: int  # who had them, estimated
    effect: float  # points lost by one bad visit
    bad_share: float
    loss_by_contrast: float
    loss_over_all: float
    repair_share: float
    months: int  # the window that shows it best
    p_value: float
    effect_unrepaired: float | None = None
    effect_repaired: float | None = None
    rank: int = 0
    since: str | None = None
    since_between: tuple[str, str] | None = None
    first_detected: str | None = None
    evidence: tuple[str, ...] = ()
    carried: CarriedOver | None = None


@dataclass(frozen=True, slots=True)
class Report:
    findings: tuple[Finding, ...]
    method: dict[str, object]
