"""Steps 2c and 3: what this person was going to say anyway, and the surprise in what was said instead."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import Flags, Floats, Runs
from analysis.statistics.moments.components import Components
from analysis.statistics.moments.passes import Passes
from analysis.statistics.moments.timeline import Timeline

NO_ANSWERS = 1e-9
LEAST_END_VARIANCE = 0.2


@dataclass(frozen=True, slots=True)
class Prediction:
    """Best linear unbiased prediction of what leniency and journey make of this person's answers."""

    value: Floats
    reliability: Floats  # 0 to 1


@dataclass(frozen=True, slots=True)
class Surprise:
    """All in points of the end score; a weight of 0 means that nothing was said afterwards."""

    weight: Floats
    difference: Floats  # D: said afterwards minus predicted
    predicted: Floats  # B
    known: Floats  # R: the part of a shared effect that the prediction has taken out
    shared: Floats  # S: what a shared effect of one does to what is said afterwards
    end_weight: Floats
    end_difference: Floats
    end_unknown: Floats

    @property
    def linked(self) -> Flags:
        return self.weight > 0


def predict(passes: Passes, of: Components) -> Prediction:
    """BLUP from two correlated means, in closed form (Henderson 1975; Robinson 1991)."""
    here = of.shared + of.chance / np.maximum(passes.before.n, NO_ANSWERS)
    elsewhere = of.person + (of.journey + of.chance) / np.maximum(passes.earlier.n, NO_ANSWERS)
    determinant = here * elsewhere - of.person**2
    by_before = (of.shared * elsewhere - of.person**2) / determinant
    by_earlier = (of.person * here - of.shared * of.person) / determinant
    value = by_before * passes.before.mean + by_earlier * passes.earlier.mean
    return Prediction(value, (of.shared * by_before + of.person * by_earlier) / of.shared)


def surprise(passes: Passes, prediction: Prediction, of: Components, loading: float) -> Surprise:
    """End score and later ratings, each minus its prediction, weighted by precision."""
    ended, after = ~np.isnan(passes.end), passes.later.n > 0
    unknown = of.shared * (1 - prediction.reliability)
    known = of.end_slope**2 * of.shared * prediction.reliability
    end_weight = np.where(ended, 1 / np.maximum(LEAST_END_VARIANCE, of.end - known), 0.0)
    later_weight = np.where(after, 1 / (unknown + of.chance / np.maximum(passes.later.n, 1)), 0.0)
    end_difference = np.where(ended, np.nan_to_num(passes.end) - of.end_slope * prediction.value, 0.0)
    later_difference = passes.later.mean - prediction.value
    weight = end_weight + loading**2 * later_weight
    scale = np.maximum(weight, NO_ANSWERS)
    shared = (end_weight * of.end_slope + loading * later_weight) / scale
    return Surprise(
        weight=weight,
        difference=(end_weight * end_difference + loading * later_weight * later_difference) / scale,
        predicted=shared * prediction.value,
        known=shared * prediction.reliability,
        shared=shared,
        end_weight=end_weight,
        end_difference=end_difference,
        end_unknown=of.end_slope * (1 - prediction.reliability),
    )


def likeness(timeline: Timeline, passes: Passes, found: Surprise) -> float:
    """Intraclass correlation of the surprises of one person's journeys, for the design effect (Kish 1965)."""
    linked = found.linked
    n = np.bincount(passes.journey[linked], minlength=len(timeline.journeys)).astype(np.float64)
    total = np.bincount(passes.journey[linked], found.difference[linked], len(timeline.journeys))
    person, mean = timeline.person[n > 0], total[n > 0] / n[n > 0]
    if not len(mean):
        return 0.2
    order = np.argsort(person, kind="stable")
    persons, mean = Runs.of(person[order]), mean[order]
    sums, number = persons.total(mean), persons.total(np.ones_like(mean))
    products = float((sums**2).sum() - (mean**2).sum())
    pairs = max(1.0, float((number * (number - 1)).sum()))
    return float(np.clip(products / pairs / max(0.05, float((mean**2).mean())), 0.02, 0.6))
