"""Loss per visit of every touchpoint and segment in one window: two kinds of evidence and their combination."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments import cells as c
from analysis.statistics.moments.arrays import TINY, Flags, Floats, ratio
from analysis.statistics.moments.effects import dose_response, over_all
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.pooling import Pool, floor
from analysis.statistics.moments.shapes import Method


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
class Bias:
    """Of the mean over all passes: what any touchpoint shows, and the variance of what is wrong with it."""

    typical: float
    variance: float


def losses(window: c.Window, pool: Pool, method: Method, bias: Bias | None, persons: Floats | None) -> Losses:
    """Without `bias` the mean over all passes is not used; without `persons` they are not looked at."""
    design = _design(window, pool, persons)
    groups = pool.groups(window, design, method)
    effect, variance = dose_response(*groups, pool.dose)
    effect, variance = effect - pool.typical_effect, variance + pool.effect_error
    bad, middling, answered = _answers(window)
    share = (bad + pool.dose * middling + 0.5) / (answered + 1)
    contrast = effect * share
    contrast_variance = variance * share**2 + effect**2 * share * (1 - share) / np.maximum(answered, 1)
    contrast_variance = np.maximum(contrast_variance, TINY)
    loss, error, everyone = _combined(window, pool, bias, contrast, contrast_variance)
    enough = (groups[0].n >= method.least_bad) & (groups[1].n + groups[2].n >= method.least_bad)
    if persons is not None:
        enough &= persons >= method.least_persons
    return Losses(
        loss, error, contrast, contrast_variance, everyone, effect, variance,
        bad_share=(bad + 0.5) / (answered + 1),
        answered=answered,
        passes=window.of(*Kind)[..., c.PASSES],
        bad=groups[0].n,
        persons=groups[0].n if persons is None else persons,
        enough=enough,
    )  # fmt: skip


def _design(window: c.Window, pool: Pool, persons: Floats | None) -> Floats | float:
    """Of the bad visits, from how many people they come; a full sketch only knows what is usual."""
    if persons is None:
        return pool.design
    bad = window.of(Kind.BAD, Kind.REPAIRED)[..., c.LINKED]
    counted = 1 + pool.likeness * np.maximum(bad / np.maximum(persons, 1) - 1, 0)
    return np.where(persons >= 0.98 * c.FULL_SKETCH, pool.design, counted)


def _answers(window: c.Window) -> tuple[Floats, Floats, Floats]:
    passes = window.sums[..., c.PASSES]
    bad = passes[..., Kind.BAD] + passes[..., Kind.REPAIRED]
    middling = passes[..., Kind.MIDDLING]
    return bad, middling, bad + middling + passes[..., Kind.FINE] + passes[..., Kind.DELIGHTED]


def _combined(
    window: c.Window, pool: Pool, bias: Bias | None, contrast: Floats, variance: Floats
) -> tuple[Floats, Floats, Floats]:
    """Weighted by precision: they are nearly uncorrelated, and each is wrong for another reason."""
    if bias is None:
        return contrast, np.sqrt(variance), np.zeros_like(contrast)
    mean, own = over_all(window.of(*Kind), pool.spread_over_all, pool.design)
    everyone, own = mean - bias.typical, own + bias.variance
    by_contrast, by_everyone = 1 / variance, 1 / own
    loss = (contrast * by_contrast + everyone * by_everyone) / (by_contrast + by_everyone)
    return loss, np.sqrt(1 / (by_contrast + by_everyone)), everyone


def bias_of(window: c.Window, pool: Pool, method: Method) -> Bias:
    everybody = window.of(*Kind)[:, 0]
    mean, variance = over_all(everybody, pool.spread_over_all, pool.design)
    enough = everybody[:, c.LINKED] >= 30
    return Bias(*floor(mean[enough], variance[enough], method.typical, method.least_bias_error))


def repair_share(window: c.Window) -> Floats:
    bad, _, _ = _answers(window)
    return ratio(window.sums[..., Kind.REPAIRED, c.PASSES], bad)
