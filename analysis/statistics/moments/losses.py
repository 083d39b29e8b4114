"""Loss per visit of every touchpoint and segment in one window: two kinds of evidence and their combination."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments import cells as c
from analysis.statistics.moments.arrays import TINY, Flags, Floats, ratio
from analysis.statistics.moments.effects import Contrast, over_all
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.pooling import LEAST_TOUCHPOINTS, Ordinary, Pool, floor
from analysis.statistics.moments.shapes import Method

LEAST_ELSEWHERE = 0.5
LEAST_LINKED = 30  # passes with anything said afterwards, to learn from a touchpoint what is usual
LEAST_MET = 2 * LEAST_TOUCHPOINTS + 1  # touchpoints that tell what a segment shows wherever it is met


@dataclass(frozen=True, slots=True)
class Losses:
    """All arrays are [touchpoint, view]; losses in points of the end score per visit."""

    loss: Floats
    error: Floats
    contrast: Floats
    contrast_variance: Floats
    all_passes: Floats
    effect: Floats
    effect_variance: Floats
    bad_share: Floats
    answered: Floats
    passes: Floats
    bad: Floats  # with anything said afterwards
    persons: Floats
    enough: Flags


@dataclass(frozen=True, slots=True)
class Everyone:
    """What all passes lose, beyond what any touchpoint's do, and its variance: [touchpoint, view]."""

    loss: Floats
    variance: Floats

    @classmethod
    def of(cls, window: c.Window, pool: Pool, bias: Ordinary, method: Method) -> "Everyone":
        passes = window.of(*Kind)
        mean, variance = over_all(passes, pool.everybody)
        typical, error = wherever(mean, variance, passes[..., c.LINKED] >= LEAST_LINKED, bias, method)
        return cls(mean - typical, variance + error)

    @classmethod
    def since(cls, window: c.Window, before: c.Window, pool: Pool, method: Method) -> "Everyone":
        """Against those who passed at the same touchpoint before: who comes here cancels out, and so does the season,
        as all the other touchpoints show it."""
        now, then = (over_all(part.of(*Kind), pool.everybody) for part in (window, before))
        more, variance = now[0] - then[0], now[1] + then[1]
        enough = np.minimum(window.of(*Kind)[:, 0, c.LINKED], before.of(*Kind)[:, 0, c.LINKED]) >= LEAST_LINKED
        usual = floor(more[enough, 0], variance[enough, 0], method.middle, method.least_bias_error)
        return cls(more - usual.typical, variance + usual.error)


def wherever(mean: Floats, variance: Floats, enough: Flags, bias: Ordinary, method: Method) -> tuple[Floats, Floats]:
    """Of each view what is typical, and the variance of what is wrong: a segment may be worse off, or harsher, at every
    touchpoint. That of everybody where it is met at too few."""
    typical, error = np.full(mean.shape[1], bias.typical), np.full(mean.shape[1], bias.error)
    for view in np.flatnonzero(enough[:, 1:].sum(axis=0) >= LEAST_MET) + 1:
        met = enough[:, view]
        usual = floor(mean[met, view], variance[met, view], method.typical, method.least_bias_error)
        typical[view], error[view] = usual.typical, max(usual.error, bias.error)
    return typical, error


def losses(
    window: c.Window, pool: Pool, method: Method, everyone: Everyone | None, reach: Floats, persons: Floats | None
) -> Losses:
    """Without `everyone` the contrast stands alone; without `persons` they are not looked at."""
    design = _design(window, pool, persons)
    groups = pool.groups(window, design, method)
    seen = Contrast.of(*groups)
    bad, middling, answered = answers(window)
    contrast, contrast_variance = _by_contrast(seen, pool, bad, middling, answered)
    loss, error, over_everyone = _combined(everyone, reach, contrast, contrast_variance)
    enough = (groups[0].n >= method.least_bad) & (groups[1].n + groups[2].n >= method.least_bad)
    if persons is not None:
        enough &= persons >= method.least_persons
    return Losses(
        loss,
        error,
        contrast,
        contrast_variance,
        over_everyone,
        seen.bad - pool.bad.typical,
        seen.bad_variance + pool.bad.error,
        bad_share=(bad + 0.5) / (answered + 1),
        answered=answered,
        passes=window.of(*Kind)[..., c.PASSES],
        bad=groups[0].n,
        persons=groups[0].n if persons is None else persons,
        enough=enough,
    )


def _design(window: c.Window, pool: Pool, persons: Floats | None) -> Floats | float:
    """Of the bad visits, from how many people they come; a full sketch only knows what is usual."""
    if persons is None:
        return pool.design
    bad = window.of(Kind.BAD, Kind.REPAIRED)[..., c.LINKED]
    counted = 1 + pool.likeness * np.maximum(bad / np.maximum(persons, 1) - 1, 0)
    return np.where(persons >= 0.98 * c.FULL_SKETCH, pool.design, counted)


def _by_contrast(seen: Contrast, pool: Pool, bad: Floats, middling: Floats, answered: Floats) -> tuple[Floats, Floats]:
    """Loss per visit: what bad and middling visits cost, times how many there are.

    The harm of a middling visit is its own as far as it is known, else the usual part of a bad one's.
    """
    bad_share, middling_share = (bad + 0.5) / (answered + 1), middling / (answered + 1)
    noise = seen.middling_variance + pool.middling.error
    trust = pool.spread_of_dose / (pool.spread_of_dose + noise)
    lever = bad_share + middling_share * (1 - trust) * pool.dose
    own_lever = middling_share * trust
    of_bad, of_middling = seen.bad - pool.bad.typical, seen.middling - pool.middling.typical
    loss = lever * of_bad + own_lever * of_middling
    variance = lever**2 * (seen.bad_variance + pool.bad.error) + own_lever**2 * noise
    variance += 2 * lever * own_lever * seen.shared_variance
    variance += (middling_share * (1 - trust)) ** 2 * pool.spread_of_dose
    counted = (lever * of_bad**2 + own_lever * of_middling**2 - loss**2) / np.maximum(answered, 1)
    return loss, np.maximum(variance + np.maximum(counted, 0), TINY)


def answers(window: c.Window) -> tuple[Floats, Floats, Floats]:
    passes = window.sums[..., c.PASSES]
    bad = passes[..., Kind.BAD] + passes[..., Kind.REPAIRED]
    middling = passes[..., Kind.MIDDLING]
    return bad, middling, bad + middling + passes[..., Kind.FINE] + passes[..., Kind.DELIGHTED]


def _combined(
    everyone: Everyone | None, reach: Floats, contrast: Floats, variance: Floats
) -> tuple[Floats, Floats, Floats]:
    """Weighted by precision: they are nearly uncorrelated, and each is wrong for another reason. Where they are further
    apart than their errors let expect, at least one of them is wrong: the error grows by that (Birge 1932).

    Centring takes the mean over everybody out, and those who pass here are part of everybody: 1 - reach is left.
    """
    if everyone is None:
        return contrast, np.sqrt(variance), np.zeros_like(contrast)
    elsewhere = np.maximum(1 - reach, LEAST_ELSEWHERE)
    over_all_passes, own = everyone.loss / elsewhere, everyone.variance / elsewhere**2
    by_contrast, by_everyone = 1 / variance, 1 / own
    loss = (contrast * by_contrast + over_all_passes * by_everyone) / (by_contrast + by_everyone)
    apart = (contrast - over_all_passes) ** 2 / (variance + own)
    return loss, np.sqrt(np.maximum(1, apart) / (by_contrast + by_everyone)), over_all_passes


def bias_of(window: c.Window, pool: Pool, method: Method) -> Ordinary:
    everybody = window.of(*Kind)[:, 0]
    mean, variance = over_all(everybody, pool.everybody)
    enough = everybody[:, c.LINKED] >= LEAST_LINKED
    return floor(mean[enough], variance[enough], method.typical, method.least_bias_error)


def repair_share(window: c.Window) -> Floats:
    bad, _, _ = answers(window)
    return ratio(window.sums[..., Kind.REPAIRED, c.PASSES], bad)
