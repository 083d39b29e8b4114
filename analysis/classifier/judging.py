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

# What a stretch is labelled, as numbers.
NAMES: tuple[Label, ...] = ("very_negative", "negative", "neutral", "positive", "very_positive", "mixed", "none")
NEUTRAL_LABEL, MIXED, NONE = map(NAMES.index, ("neutral", "mixed", "none"))


def scores(likely: Floats, intensity: Floats) -> Floats:
    """From -1 to 1: how sure the direction is, times how strongly it was put."""
    found: Floats = np.clip((likely[:, POSITIVE] - likely[:, NEGATIVE]) * intensity, -1, 1)
    return found


def labels(likely: Floats, scored: Floats) -> NDArray[np.int64]:
    """Numbers of NAMES: the likeliest outcome; "very" where both the direction is sure and the wording strong."""
    outcome: NDArray[np.int64] = likely.argmax(axis=1) + 1
    outcome += (outcome == POSITIVE + 1) & (scored >= VERY)
    outcome -= (outcome == NEGATIVE + 1) & (scored <= -VERY)
    return outcome


def is_mixed(likely: Floats, both: Floats) -> Marks:
    """Saying something for and something against is likelier than any one outcome."""
    found: Marks = both > (1 - both) * likely.max(axis=1)
    return found


def two_sided(scored: Floats, firsts: NDArray[np.int64]) -> Marks:
    """Some clause is for and some against: what a comment in two languages must show, as each half is read alone."""
    found: Marks = np.maximum.reduceat(scored, firsts) * np.minimum.reduceat(scored, firsts) < 0
    return found


def sureness(likely: Floats, both: Floats) -> Floats:
    """How likely it is that the comment is read rightly, mixed or not."""
    found: Floats = np.maximum(both, (1 - both) * likely.max(axis=1))
    return found


def between(scored: Floats, firsts: NDArray[np.int64]) -> Floats:
    """The score of a mixed comment: near halfway between its best clause and its worst, whichever is longer."""
    found: Floats = (np.maximum.reduceat(scored, firsts) + np.minimum.reduceat(scored, firsts)) / 4
    return found
