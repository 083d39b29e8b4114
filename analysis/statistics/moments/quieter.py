"""Findings beside moments that cost: moments that win people, and dear but rare failures to watch."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from analysis.statistics.moments import cells as c
from analysis.statistics.moments.arrays import Flags, Floats
from analysis.statistics.moments.discoveries import discovered, selected_level
from analysis.statistics.moments.effects import corrected
from analysis.statistics.moments.looks import Look
from analysis.statistics.moments.losses import answers
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.pooling import Pool, class_pool, floor
from analysis.statistics.moments.shapes import Finding, Method

LIFT = 1.3


@dataclass(frozen=True, slots=True)
class Chosen:
    """Touchpoints found, with the level that their intervals need."""

    found: Flags
    level: float
    p_values: Floats


@dataclass(frozen=True, slots=True)
class Gains:
    """Points of the end score won per visit by delighting, of each touchpoint."""

    gain: Floats
    error: Floats
    effect: Floats
    freedom: Floats
    chosen: Chosen

    def put_into(self, finding: Finding, touchpoint: int, reach: float) -> Finding:
        """A gain is a negative loss."""
        gain, error = float(self.gain[touchpoint]), float(self.error[touchpoint])
        half = float(stdtrit(self.freedom[touchpoint], 1 - self.chosen.level / 2)) * error
        return replace(
            finding,
            loss_per_100_visits=-100 * gain,
            ci95=(-100 * (gain + half), -100 * (gain - half)),
            loss_per_100_journeys=-100 * gain * reach,
            effect=-float(self.effect[touchpoint]),
            p_value=float(self.chosen.p_values[touchpoint]),
        )


def gains(seen: Look, method: Method) -> Gains:
    """Delighted visits beside fine ones, corrected like bad ones (penalty and reward apart: Brandt 1987)."""
    window = seen.sights[-1].window
    delighted, fine = (window.sums[:, 0, kind] for kind in (Kind.DELIGHTED, Kind.FINE))
    groups = [
        corrected(sums, class_pool(sums, method), seen.pool.design, method.borrowed) for sums in (delighted, fine)
    ]
    effect, variance = groups[0].mean - groups[1].mean, groups[0].variance + groups[1].variance
    enough = np.minimum(groups[0].n, groups[1].n) >= method.least_bad
    ordinary = floor(effect[enough], variance[enough], method.typical, method.least_effect_error)
    share, answered = _share(window, Kind.DELIGHTED)
    effect, variance = effect - ordinary.typical, variance + ordinary.error
    error = np.sqrt(variance * share**2 + effect**2 * share * (1 - share) / np.maximum(answered, 1))
    chosen = _choose(share * effect / np.maximum(error, 1e-9), groups[0].n, enough, method)
    return Gains(share * effect, error, effect, groups[0].n - 1 + method.borrowed, chosen)


def _share(window: c.Window, kind: Kind) -> tuple[Floats, Floats]:
    passes = window.sums[:, 0, :, c.PASSES]
    answered = passes[:, : Kind.SILENT].sum(axis=1)
    return passes[:, kind] / np.maximum(answered, 1), answered


def dear_failures(seen: Look, method: Method) -> Chosen:
    """Touchpoints where one bad visit clearly costs more than at others, however rare it is."""
    found = seen.sights[-1].found
    effect, variance = found.effect[:, 0], found.effect_variance[:, 0]
    z = (effect - method.gate_effect) / np.sqrt(np.maximum(variance, 1e-9))
    return _choose(z, found.bad[:, 0], found.enough[:, 0], method)


def disliked(seen: Look, method: Method) -> Chosen:
    """Touchpoints where clearly more visits are bad than at a usual one: LIFT times as many, at least."""
    bad, _, answered = answers(seen.sights[-1].window)
    bad, answered = bad[:, 0], answered[:, 0]
    usual = LIFT * float(bad.sum()) / max(1.0, float(answered.sum()))
    error = np.sqrt(usual * max(0.0, 1 - usual) * seen.pool.design / np.maximum(answered, 1))
    z = (bad / np.maximum(answered, 1) - usual) / np.maximum(error, 1e-9)
    return _choose(z, answered, seen.sights[-1].found.enough[:, 0], method)


def surely_small(seen: Look, method: Method, among: Flags) -> Flags:
    """Of these touchpoints those whose loss is shown to be below what matters (a test of non-inferiority)."""
    whole = seen.sights[-1]
    z = (whole.found.loss - method.relevance)[:, 0] / whole.found.error[:, 0]
    found = np.zeros(len(z), dtype=np.bool_)
    p_values = stdtr(whole.freedom[:, 0], z)[among]
    found[among] = discovered(p_values, np.ones(len(p_values)), method.quiet_alpha)
    return found


def _choose(z: Floats, n: Floats, enough: Flags, method: Method) -> Chosen:
    p_values = np.where(enough, stdtr(np.maximum(n - 1, 1) + method.borrowed, -z), 1.0)
    found = np.zeros(len(z), dtype=np.bool_)
    found[enough] = discovered(p_values[enough], np.ones(int(enough.sum())), method.quiet_alpha)
    return Chosen(found, selected_level(0.05, int(found.sum()), int(enough.sum()), 1.0), p_values)


def effect_of(seen: Look, at: tuple[int, int], kind: Kind, method: Method) -> float | None:
    """Points lost by one bad visit that was repaired, or that was not; None with too few."""
    pool: Pool = seen.pool
    window = seen.sights[-1].window
    bad = corrected(window.sums[at[0], at[1], kind][None], pool.classes[0], pool.design, method.borrowed)
    fine_sums = window.of(Kind.FINE, Kind.DELIGHTED)[at[0], at[1]][None]
    fine = corrected(fine_sums, pool.classes[2], pool.design, method.borrowed)
    if min(bad.n[0], fine.n[0]) < method.least_bad:
        return None
    return max(0.0, float(fine.mean[0] - bad.mean[0] - pool.bad.typical))
