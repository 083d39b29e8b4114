"""What all touchpoints have in common: learned once per look, from the cells of everybody."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments import cells as c
from analysis.statistics.moments.arrays import TINY, Flags, Floats, ratio
from analysis.statistics.moments.effects import ClassPool, Group, Means, confounding, corrected, dose_response
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.shapes import Method

CLASSES = ((Kind.BAD, Kind.REPAIRED), (Kind.MIDDLING,), (Kind.FINE, Kind.DELIGHTED))
USUAL_DOSE, USUAL_LOADING, USUAL_SPREAD = 0.4, 0.6, 0.02
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
class Pool:
    classes: tuple[ClassPool, ClassPool, ClassPool]
    spread_over_all: float
    design: float
    likeness: float
    dose: float = USUAL_DOSE
    typical_effect: float = 0.0
    effect_error: float = 0.0  # variance of the systematic error of any effect

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
    classes = (_class_pool(sums[0], method), _class_pool(sums[1], method), _class_pool(sums[2], method))
    pool = Pool(classes, _spread_over_all(everybody), design, people.likeness)
    groups = pool.groups(everybody, design, method)
    return _with_typical(pool, groups, method)


def _design(everybody: c.Window, people: People) -> float:
    """Kish: answers of one person at one touchpoint are alike. Persons per touchpoint as if visits were Poisson."""
    linked = everybody.sums[..., c.LINKED].sum() / max(1, len(everybody.sums))
    visits = float(linked) / max(1, people.persons)
    return 1 + people.likeness * max(0.0, visits / max(TINY, -np.expm1(-visits)) - 1)


def _class_pool(sums: Floats, method: Method) -> ClassPool:
    whole = sums.sum(axis=0)
    common = float(whole[c.PREDICTED] / max(whole[c.KNOWN], 1e-6))
    means = Means.of(sums)
    own, variance = confounding(means, common)
    enough = means.n >= 10
    spread = _heterogeneity(own[enough], np.maximum(variance[enough], 1e-4))
    noise = corrected(sums, ClassPool(common, spread, 1.0), 1.0, method.borrowed).noise
    many = means.n >= 15
    return ClassPool(common, spread, float(np.median(noise[many])) if many.any() else 1.0)


def _heterogeneity(values: Floats, variances: Floats) -> float:
    """Variance between touchpoints (DerSimonian and Laird 1986)."""
    if len(values) <= LEAST_TOUCHPOINTS:
        return USUAL_SPREAD
    weight = 1 / variances
    mean = (weight * values).sum() / weight.sum()
    excess = (weight * (values - mean) ** 2).sum() - len(values) + 1
    return max(float(excess / (weight.sum() - (weight**2).sum() / weight.sum())), 1e-3)


def _spread_over_all(everybody: c.Window) -> float:
    sums = everybody.of(*Kind)[:, 0]
    enough = sums[:, c.LINKED] >= 20
    if enough.sum() <= LEAST_TOUCHPOINTS:
        return USUAL_SPREAD
    return max(1e-3, 0.7 * float(np.var(ratio(sums[enough, c.PREDICTED], sums[enough, c.KNOWN]))))


def _with_typical(pool: Pool, groups: tuple[Group, Group, Group], method: Method) -> Pool:
    dose = _dose(groups)
    effect, variance = dose_response(*groups, dose)
    enough = (groups[0].n >= method.least_bad) & (groups[2].n >= method.least_bad)
    typical, error = floor(effect[enough], variance[enough], method.typical, method.least_effect_error)
    return Pool(pool.classes, pool.spread_over_all, pool.design, pool.likeness, dose, max(0.0, typical), error)


def _dose(groups: tuple[Group, Group, Group]) -> float:
    """How much of a bad visit's harm a middling one does, from the touchpoints with a clear effect."""
    bad, middling, fine = groups
    effect, variance = dose_response(bad, middling, fine, USUAL_DOSE)
    clear = (effect > CLEAR * np.sqrt(np.maximum(variance, TINY))) & (np.minimum(bad.n, middling.n) >= 8)
    clear &= fine.n >= 8
    weight = middling.weight[clear]
    above = float((weight * (fine.mean - middling.mean)[clear]).sum()) + 30 * USUAL_DOSE
    below = float((weight * (fine.mean - bad.mean)[clear]).sum()) + 30
    return float(np.clip(above / below, 0.1, 0.7)) if below > 0 else USUAL_DOSE


def floor(values: Floats, variances: Floats, quantile: float, least: float) -> tuple[float, float]:
    """Empirical null (Efron 2004): what is typical, and the variance that sampling does not explain.

    Learned from the lower part of the distribution only, so that moments of truth do not hide themselves.
    """
    if len(values) <= 2 * LEAST_TOUCHPOINTS:
        return 0.0, least**2
    typical = float(np.quantile(values, quantile))
    lower = values[values <= typical]
    deviation = 1.4826 * float(np.median(np.abs(lower - typical)))
    return typical, max(least**2, deviation**2 - float(np.median(variances)))


def loading(everybody: c.Window, pool: Pool, method: Method) -> float:
    """What a lasting impression does to later ratings when it moves the end score by one (first pass: 0.6)."""
    bad, _, fine = (everybody.of(*kinds) for kinds in CLASSES)
    groups = pool.groups(everybody, pool.design, method)
    effect, variance = dose_response(*groups, pool.dose)
    end, share = _at_end(bad, pool.classes[0]) - _at_end(fine, pool.classes[2]), ratio(bad[..., c.END_WEIGHT], bad[..., c.WEIGHT])
    clear = (effect > CLEAR * np.sqrt(np.maximum(variance, TINY))) & (bad[..., c.LINKED] >= 8) & (share <= 0.9)
    clear &= np.minimum(bad[..., c.END_WEIGHT], fine[..., c.END_WEIGHT]) >= 4
    return _regressed(effect + 0.0, -end, share, bad[..., c.END_WEIGHT], clear)


def _at_end(sums: Floats, pool: ClassPool) -> Floats:
    """Mean surprise of the end score alone, without confounding."""
    total = sums[..., c.END_DIFFERENCE] - pool.confounding * sums[..., c.END_UNKNOWN]
    return ratio(total, sums[..., c.END_WEIGHT])


def _regressed(effect: Floats, end: Floats, share: Floats, weight: Floats, clear: Flags) -> float:
    later = USUAL_LOADING * ratio(effect - share * end, 1 - share)
    above = float((weight * later * end)[clear].sum()) + 20 * USUAL_LOADING
    return float(np.clip(above / (float((weight * end**2)[clear].sum()) + 20), 0.3, 0.95))
