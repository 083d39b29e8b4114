"""How sure a touchpoint is from the terms of it that stand in a comment.

The weights are those of two logistic regressions over six labelled sets of different domains (services, cars,
restaurants twice, cosmetics, laptops), every set counting alike; `python -m bench.text_touchpoints DATA --fit` prints
them, and its table reads each set by the weights of the others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.sentiment import Floats

Marks = NDArray[np.bool_]

# Kinds of terms: names and keywords, common words of the topic, words of the description.
KINDS = 3
_COUNTS_AS = np.array([1.0, 0.6, 0.3])
_MOST = np.array([2.5, 2.0, 1.0])

# Sums of the three kinds, whether there are keywords, topic words, how many terms, the share of all that was named.
NAMED = np.array([1.38, 3.12, 0.0, 0.87, -0.7, 0.63, 1.98, -3.25])
# Of a touchpoint that stands for the whole: whether it is named, nothing else is, both, and how much else is named.
WHOLE = np.array([1.53, 0.73, -0.08, -0.63, -0.59])
_NAMED_AT = 0.3
_OTHERS_MOST = 1.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of every stretch and touchpoint: the weights of its terms summed up by kind, and how many terms there are."""

    sums: Floats  # (stretches, touchpoints, kinds)
    terms: NDArray[np.int64]  # (stretches, touchpoints)
    whole: Marks  # of every touchpoint: it stands for the whole, and does not compete with the others

    @property
    def strength(self) -> Floats:
        found: Floats = self.sums @ _COUNTS_AS
        return found

    def log_odds(self, named: Floats = NAMED, whole: Floats = WHOLE) -> Floats:
        found = np.empty(self.terms.shape)
        found[:, ~self.whole] = named_inputs(self) @ named
        found[:, self.whole] = whole_inputs(self) @ whole
        return found


def named_inputs(evidence: Evidence) -> Floats:
    sums, own = evidence.sums[:, ~evidence.whole], evidence.strength[:, ~evidence.whole]
    share = own / np.maximum(own.sum(axis=1, keepdims=True), 1e-3)
    there = sums[..., :2] > 0
    many = np.log1p(evidence.terms[:, ~evidence.whole])
    return np.stack(
        [*np.moveaxis(np.minimum(sums, _MOST), 2, 0), there[..., 0], there[..., 1], many, share, np.ones_like(share)],
        axis=-1,
    )


def whole_inputs(evidence: Evidence) -> Floats:
    strength = evidence.strength
    named = strength[:, evidence.whole] > _NAMED_AT
    others = strength[:, ~evidence.whole].max(axis=1, initial=0.0)[:, None] + np.zeros(named.shape)
    alone = others < _NAMED_AT
    inputs = [named, alone, named & alone, np.minimum(others, _OTHERS_MOST), np.ones(named.shape)]
    return np.stack(inputs, axis=-1).astype(float)
