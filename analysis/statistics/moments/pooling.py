"""What all touchpoints have in common: learned once per look, from the cells of everybody."""

import math
from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments import cells as c
from analysis.statistics.moments.arrays import TINY, Flags, Floats, ratio
from analysis.statistics.moments.effects import (
    ClassPool,
    Contrast,
    Everybody,
    Group,
    Means,
    confounding,
    corrected,
    noise_before,
)
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.shapes import Method

CLASSES = ((Kind.BAD, Kind.REPAIRED), (Kind.MIDDLING,), (Kind.FINE, Kind.DELIGHTED))
USUAL_DOSE, USUAL_LOADING, USUAL_SPREAD = 0.4, 0.6, 0.03
USUAL_WORTH = 4  # touchpoints that the usual spread counts for: a few cannot tell their own
LEAST_SPREAD_OF_DOSE = 0.1**2
UNKNOWN = 3.0  # times the least error, where too few touchpoints show what is typical
CLEAR = 2.5  # z of an effect that may teach others something
LEAST_TOUCHPOINTS = 4


@dataclass(frozen=True, slots=True)
class People:
    """What cells do not hold: how alike one person's journeys are, and how many people and journeys there are."""

    likeness: float
    persons: int
    journeys: int
    end_share: float  # of journeys whose end was answered


@dataclass(frozen=True, slots=True)
class Ordinary:
    """What an ordinary touchpoint shows: its typical value, and the variance of what is wrong with any value."""

    typical: float = 0.0
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Pool:
    classes: tuple[ClassPool, ClassPool, ClassPool]
    everybody: Everybody
    design: float
    likeness: float
    bad: Ordinary = Ordinary()
    middling: Ordinary = Ordinary()
    dose: float = USUAL_DOSE  # harm of a middling visit as a part of a bad one's
    spread_of_dose: float = 0.0  # variance of the harm around that, between touchpoints

    def groups(self, window: c.Window, design: Floats | float, method: Method) -> tuple[Group, Group, Group]:
        """Bad, middling and fine visits, corrected; `design` is the design effect of the bad ones."""
        designs: tuple[Floats | float, ...] = (design, self.design, self.design)
        bad, middling, fine = (
            corrected(window.of(*kinds), pool, effect, method.borrowed)
            for kinds, pool, effect in zip(CLASSES, self.classes, designs, strict=True)
        )
        return bad, middling, fine


def learn(window: c.Window, people: People, method: Method) -> Pool:
    """From the cells of everybody: confounding, noise, dose, and what is typical for any touchpoint."""
    everybody = c.Window(window.sums[:, :1], window.people[:, :1])
    design = _design(everybody, people)
    sums = [everybody.of(*kinds)[:, 0] for kinds in CLASSES]
    classes = (class_pool(sums[0], method), class_pool(sums[1], method), class_pool(sums[2], method))
    pool = Pool(classes, _everybody(everybody, design, method), design, people.likeness)
    groups = pool.groups(everybody, design, method)
    return _with_ordinary(pool, groups, method)


def _design(everybody: c.Window, people: People) -> float:
    """Kish: answers of one person at one touchpoint are alike. Persons per touchpoint as if visits were Poisson."""
    linked = everybody.sums[..., c.LINKED].sum() / max(1, len(everybody.sums))
    visits = float(linked) / max(1, people.persons)
    return 1 + people.likeness * max(0.0, visits / max(TINY, -math.expm1(-visits)) - 1)


def class_pool(sums: Floats, method: Method) -> ClassPool:
    whole = sums.sum(axis=0)
    common = float(whole[c.PREDICTED] / max(whole[c.KNOWN], 1e-6))
    means = Means.of(sums)
    before = noise_before(sums, common)
    own, variance = confounding(means, common, before, method.borrowed)
    enough = means.n >= 10
    spread = _heterogeneity(own[enough], np.maximum(variance[enough], 1e-4))
    noise = corrected(sums, ClassPool(common, spread, 1.0, before), 1.0, method.borrowed).noise
    many = means.n >= 15
    return ClassPool(common, spread, float(np.median(noise[many])) if many.any() else 1.0, before)


def _heterogeneity(values: Floats, variances: Floats) -> float:
    """Variance between touchpoints (DerSimonian and Laird 1986), drawn to what is usual where they are few."""
    n = len(values)
    if n <= LEAST_TOUCHPOINTS:
        return USUAL_SPREAD
    weight = 1 / variances
    mean = (weight * values).sum() / weight.sum()
    excess = (weight * (values - mean) ** 2).sum() - n + 1
    found = max(float(excess / (weight.sum() - (weight**2).sum() / weight.sum())), 1e-3)
    return (USUAL_WORTH * USUAL_SPREAD + n * found) / (USUAL_WORTH + n)


def _everybody(everybody: c.Window, design: float, method: Method) -> Everybody:
    sums = everybody.of(*Kind)[:, 0]
    return Everybody(_spread_over_all(sums), noise_before(sums, 0.0), design, method.borrowed)


def _spread_over_all(sums: Floats) -> float:
    enough = sums[:, c.LINKED] >= 20
    if enough.sum() <= LEAST_TOUCHPOINTS:
        return USUAL_SPREAD
    return max(1e-3, 0.7 * float(np.var(ratio(sums[enough, c.PREDICTED], sums[enough, c.KNOWN]))))


def _with_ordinary(pool: Pool, groups: tuple[Group, Group, Group], method: Method) -> Pool:
    seen, fine = Contrast.of(*groups), groups[2].n >= method.least_bad
    many = [fine & (group.n >= method.least_bad) for group in groups[:2]]
    bad = floor(seen.bad[many[0]], seen.bad_variance[many[0]], method.typical, method.least_effect_error)
    middling = floor(seen.middling[many[1]], seen.middling_variance[many[1]], method.typical, method.least_effect_error)
    dose, spread = _dose(seen, many[0] & many[1], bad, middling)
    return replace(pool, bad=bad, middling=middling, dose=dose, spread_of_dose=spread)


def _dose(seen: Contrast, many: Flags, ordinary: Ordinary, of_middling: Ordinary) -> tuple[float, float]:
    """Regression of the middling visits' harm on the bad ones', over the touchpoints with a clear effect."""
    bad, middling = seen.bad - ordinary.typical, seen.middling - of_middling.typical
    clear = many & (seen.bad > CLEAR * np.sqrt(np.maximum(seen.bad_variance, TINY)))
    weight = 1 / np.maximum(seen.middling_variance[clear], TINY)
    above = float((weight * bad[clear] * middling[clear]).sum()) + 30 * USUAL_DOSE
    dose = float(np.clip(above / (float((weight * bad[clear] ** 2).sum()) + 30), 0.1, 0.7))
    rest = (middling - dose * bad)[many]
    noise = (seen.middling_variance + dose**2 * seen.bad_variance - 2 * dose * seen.shared_variance)[many]
    return dose, max(LEAST_SPREAD_OF_DOSE, float(np.mean(rest**2 - noise))) if len(rest) else LEAST_SPREAD_OF_DOSE


def floor(values: Floats, variances: Floats, quantile: float, least: float) -> Ordinary:
    """Empirical null (Efron 2004): what is typical, and the variance that sampling does not explain.

    Learned from the lower part of the distribution only, so that moments of truth do not hide themselves.
    """
    if len(values) <= 2 * LEAST_TOUCHPOINTS:
        return Ordinary(0.0, (UNKNOWN * least) ** 2)
    typical = float(np.quantile(values, quantile))
    lower = values[values <= typical]
    deviation = 1.4826 * float(np.median(np.abs(lower - typical)))
    return Ordinary(typical, max(least**2, deviation**2 - float(np.median(variances))))


def loading(everybody: c.Window, pool: Pool, method: Method) -> float:
    """What a lasting impression does to later ratings when it moves the end score by one (first pass: 0.6)."""
    bad, _, fine = (everybody.of(*kinds) for kinds in CLASSES)
    groups = pool.groups(everybody, pool.design, method)
    seen = Contrast.of(*groups)
    effect, variance = seen.bad, seen.bad_variance
    end, share = (
        _at_end(bad, pool.classes[0]) - _at_end(fine, pool.classes[2]),
        ratio(bad[..., c.END_WEIGHT], bad[..., c.WEIGHT]),
    )
    clear = (effect > CLEAR * np.sqrt(np.maximum(variance, TINY))) & (bad[..., c.LINKED] >= 8) & (share <= 0.9)
    clear &= np.minimum(bad[..., c.END_WEIGHT], fine[..., c.END_WEIGHT]) >= 4
    return _regressed(effect, -end, share, bad[..., c.END_WEIGHT], clear)


def _at_end(sums: Floats, pool: ClassPool) -> Floats:
    """Mean surprise of the end score alone, without confounding."""
    total = sums[..., c.END_DIFFERENCE] - pool.confounding * sums[..., c.END_UNKNOWN]
    return ratio(total, sums[..., c.END_WEIGHT])


def _regressed(effect: Floats, end: Floats, share: Floats, weight: Floats, clear: Flags) -> float:
    later = USUAL_LOADING * ratio(effect - share * end, 1 - share)
    above = float((weight * later * end)[clear].sum()) + 20 * USUAL_LOADING
    return float(np.clip(above / (float((weight * end**2)[clear].sum()) + 20), 0.3, 0.95))
