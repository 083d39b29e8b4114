"""Feelings of a comment: from words that name them, emoji, what such an event usually leaves, and how it is put."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.judging import NEGATIVE, POSITIVE
from analysis.classifier.shapes import EMOTIONS

Floats = NDArray[np.floating[Any]]

_AGAINST = frozenset({"anger", "frustration", "anxiety", "disappointment", "confusion"})
_OPPOSITE = [POSITIVE if emotion in _AGAINST else NEGATIVE for emotion in EMOTIONS]
# Weaker than this says more about the lexicon than about the person.
_LEAST = 0.15


def combine(found: Iterable[Mapping[str, float]], likely: Floats, heard: Floats | None = None) -> dict[str, float]:
    """The feelings of one comment; `heard`: the log-odds of the nine linear classifiers, if there are any."""
    told = told_of([found])
    felt = strengths(told, np.asarray(likely)[None, :], None if heard is None else np.asarray(heard)[None, :])
    return named(felt)[0]


def told_of(found: Iterable[Iterable[Mapping[str, float]]]) -> Floats:
    """What the lexicon found in each comment: independent signs of one feeling add up towards 1."""
    rows = []
    for signs in found:
        missing: dict[str, float] = dict.fromkeys(EMOTIONS, 1.0)
        for sign in signs:
            for emotion, strength in sign.items():
                missing[emotion] *= 1 - strength
        rows.append([1 - missing[emotion] for emotion in EMOTIONS])
    return np.array(rows).reshape(-1, len(EMOTIONS))


def strengths(told: Floats, likely: Floats, heard: Floats | None = None) -> Floats:
    """Lexicon and classifiers are independent signs too; a feeling against the comment's direction is damped."""
    missing = 1 - told
    if heard is not None:
        missing = missing * (1 - 1 / (1 + np.exp(-np.clip(heard, -30, 30))))
    felt: Floats = (1 - missing) * (1 - likely[:, _OPPOSITE])
    return felt


def named(felt: Floats) -> list[dict[str, float]]:
    """Each comment's feelings that are strong enough to be told."""
    rounded = np.round(felt, 3).tolist()
    return [
        {emotion: strength for emotion, strength in zip(EMOTIONS, row, strict=True) if strength >= _LEAST}
        for row in rounded
    ]
