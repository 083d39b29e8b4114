"""From probabilities to labels and scores, for many stretches of text at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.shapes import Label

Floats = NDArray[np.floating[Any]]
Marks = NDArray[np.bool_]

# Columns of every array of outcomes.
NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2

# A direction that is sure and strongly put is "very".
VERY = 0.8
PLAIN, STRONG, WEAK = 0.75, 1.0, 0.5

# Clauses this sure of their direction make a comment mixed, where neither side is a mere aside.
_SURE, _SHARE = 0.6, 0.3

_LABELS: tuple[Label, ...] = ("very_negative", "negative", "neutral", "positive", "very_positive", "mixed")
_MIXED = _LABELS.index("mixed")


def scores(likely: Floats, intensity: Floats) -> Floats:
    """From -1 to 1: how sure the direction is, times how strongly it was put."""
    found: Floats = np.clip((likely[:, POSITIVE] - likely[:, NEGATIVE]) * intensity, -1, 1)
    return found


def labels(likely: Floats, scored: Floats, mixed: Marks | None = None) -> list[Label]:
    """The likeliest outcome; "very" where both the direction is sure and the wording strong."""
    outcome = likely.argmax(axis=1) + 1
    outcome += (outcome == POSITIVE + 1) & (scored >= VERY)
    outcome -= (outcome == NEGATIVE + 1) & (scored <= -VERY)
    if mixed is not None:
        outcome[mixed] = _MIXED
    return [_LABELS[one] for one in outcome.tolist()]


class Sides:
    """What the clauses of each comment say for and against, clauses in step with `firsts`."""

    def __init__(self, likely: Floats, scored: Floats, firsts: NDArray[np.int64]) -> None:
        favour, against = likely[:, POSITIVE], likely[:, NEGATIVE]
        self._favour = np.add.reduceat(np.where(favour >= _SURE, favour, 0), firsts)
        self._against = np.add.reduceat(np.where(against >= _SURE, against, 0), firsts)
        self._clearest = np.maximum.reduceat(favour, firsts) * np.maximum.reduceat(against, firsts)
        self._between = (np.maximum.reduceat(scored, firsts) + np.minimum.reduceat(scored, firsts)) / 2

    @property
    def mixed(self) -> Marks:
        """Some clauses are clearly for and some clearly against."""
        lesser: Marks = np.minimum(self._favour, self._against)
        found: Marks = (lesser >= _SHARE * (self._favour + self._against)) & (lesser > 0)
        return found

    @property
    def sureness(self) -> Floats:
        """Of a mixed comment: that its clearest clause for and its clearest against are both read rightly."""
        return self._clearest

    @property
    def between(self) -> Floats:
        """The score of a mixed comment: halfway between its best clause and its worst, whichever is longer."""
        return self._between
