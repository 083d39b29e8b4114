"""Feelings of a comment: from words that name them, emoji, what such an event usually leaves, and how it is put."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.characters import Places
from analysis.classifier.judging import NEGATIVE, POSITIVE
from analysis.classifier.shapes import EMOTIONS

Floats = NDArray[np.floating[Any]]

_AGAINST = frozenset({"anger", "frustration", "anxiety", "disappointment", "confusion"})
_OPPOSITE = [POSITIVE if emotion in _AGAINST else NEGATIVE for emotion in EMOTIONS]
# Weaker than this says more about the lexicon than about the person.
_LEAST = 0.15


def told_in(rows: Places, felt: Floats, count: int) -> Floats:
    """What the lexicon found in each of so many comments: independent signs of one feeling add up towards 1.

    `felt`: what each sign tells, a row each; `rows`: the comment it stands in.
    """
    missing = np.ones((count, len(EMOTIONS)))
    np.multiply.at(missing, rows, 1 - felt)
    return 1 - missing


def strengths(told: Floats, likely: Floats, heard: Floats | None = None) -> Floats:
    """Lexicon and classifiers are independent signs too; a feeling against the comment's direction is damped."""
    missing = 1 - told
    if heard is not None:
        missing = missing * (1 - 1 / (1 + np.exp(-np.clip(heard, -30, 30))))
    felt: Floats = (1 - missing) * (1 - likely[:, _OPPOSITE])
    return felt


def named(felt: Floats) -> list[dict[str, float]]:
    """Each comment's feelings that are strong enough to be told."""
    rounded = np.round(felt, 3)
    found: list[dict[str, float]] = [{} for _ in range(len(felt))]
    rows, columns = np.nonzero(rounded >= _LEAST)
    for row, column, strength in zip(rows.tolist(), columns.tolist(), rounded[rows, columns].tolist(), strict=True):
        found[row][EMOTIONS[column]] = strength
    return found
