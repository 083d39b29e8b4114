"""Steps 7 and 8: one look at all touchpoints and segments, over nested windows, as one family of tests."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from analysis.statistics.moments.arrays import Flags, Floats
from analysis.statistics.moments.cells import PASSES, Cells, Window, distinct
from analysis.statistics.moments.discoveries import cauchy, discovered
from analysis.statistics.moments.losses import Losses, bias_of, losses
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.pooling import People, Pool, learn
from analysis.statistics.moments.shapes import Method

AGREEING = 1.25  # standard errors


@dataclass(frozen=True, slots=True)
class Sight:
    """What one window shows: [touchpoint, view]."""

    months: int
    window: Window
    found: Losses
    rest: Losses  # of each segment, everybody else at the touchpoint
    freedom: Floats
    p_values: Floats  # NaN: not tested


@dataclass(frozen=True, slots=True)
class Look:
    pool: Pool
    sights: tuple[Sight, ...]
    p_values: Floats
    best: Floats  # which sight shows it best
    weights: Floats
    tested: Flags
    found: Flags

    def sight(self, unit: tuple[int, int]) -> Sight:
        """The longest window that agrees with the one that shows it best: the best alone flatters what it shows."""
        best = self.sights[int(self.best[unit])]
        least = best.found.loss[unit] - AGREEING * best.found.error[unit]
        agreeing = [sight for sight in self.sights if sight.months >= best.months and sight.found.loss[unit] >= least]
        return agreeing[-1]


def look(cells: Cells, until: int, people: People, method: Method) -> Look:
    """At the months of the layout before `until`; nothing is read but cells."""
    pool = learn(cells.window(0, until), people, method)
    use_all = people.end_share >= method.least_end_share
    spans, weights, for_segments = _spans(until, method)
    reach = _reach(cells.window(0, until), people)
    sights = tuple(_sight(cells.window(until - span, until), span, pool, use_all, reach, method) for span in spans)
    each = np.stack([sight.p_values for sight in sights])
    each[for_segments == 0, :, 1:] = np.nan
    tested = np.asarray(np.isfinite(each).any(axis=0), dtype=np.bool_)
    p_values = np.ones(tested.shape)
    p_values[:, :1] = cauchy(each[:, :, :1], weights)
    p_values[:, 1:] = cauchy(each[:, :, 1:], for_segments)
    shares = _weights(tested, method)
    found = np.zeros(tested.shape, dtype=np.bool_)
    found[tested] = discovered(p_values[tested], shares[tested], method.alpha)
    best = np.argmin(np.where(np.isfinite(each), each, 2.0), axis=0)
    return Look(pool, sights, p_values, best, shares, tested, found)


def _spans(until: int, method: Method) -> tuple[list[int], Floats, Floats]:
    """Windows that are longer than the data are one window, with their weights together."""
    spans = [min(span, until) for span in method.windows]
    kept = sorted(set(spans))
    together = [
        np.array([sum(w for s, w in zip(spans, weights, strict=True) if s == span) for span in kept], dtype=np.float64)
        for weights in (method.window_weights, method.segment_weights)
    ]
    return kept, together[0], together[1]


def _sight(window: Window, months: int, pool: Pool, use_all: bool, reach: Floats, method: Method) -> Sight:
    bias = bias_of(window, pool, method) if use_all else None
    found = losses(window, pool, method, bias, reach, distinct(window.people))
    rest = losses(window.rest(), pool, method, bias, reach[:, :1] - reach, None)
    z, enough = _standardised(found, rest, method)
    freedom = np.maximum(found.bad - 1, 1) + method.borrowed
    p_values = np.where(enough, np.where(_points_there(found, method), stdtr(freedom, -z), 1.0), np.nan)
    return Sight(months, window, found, rest, freedom, p_values)


def _reach(window: Window, people: People) -> Floats:
    """Share of all journeys that come here."""
    return np.asarray(window.of(*Kind)[..., PASSES] / max(1, people.journeys))


def _standardised(found: Losses, rest: Losses, method: Method) -> tuple[Floats, Flags]:
    """A touchpoint against nothing lost, a segment against the rest of its touchpoint. Only precision filters."""
    z = found.loss / found.error
    z[:, 1:] = ((found.loss - np.maximum(rest.loss, 0)) / np.hypot(found.error, rest.error))[:, 1:]
    widest = np.full(z.shape[1], method.widest_error)
    widest[0] *= 2
    enough = found.enough & (found.error <= widest)
    enough[:, 1:] &= rest.enough[:, 1:]
    return z, enough


def _points_there(found: Losses, method: Method) -> Flags:
    z = (found.contrast - method.gate_loss) / np.sqrt(found.contrast_variance)
    return np.asarray((z >= method.gate_z) & (found.effect > method.gate_effect))


def _weights(tested: Flags, method: Method) -> Floats:
    """Touchpoints and segments share alpha, however many of each there are; the mean weight is one."""
    touchpoints, segments = max(1, int(tested[:, 0].sum())), max(1, int(tested[:, 1:].sum()))
    share = method.touchpoint_share
    weights = np.full(tested.shape, (1 - share) * (touchpoints + segments) / segments)
    weights[:, 0] = share * (touchpoints + segments) / touchpoints
    return weights
