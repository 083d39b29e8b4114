"""Feelings of a comment: from words that name them, emoji, what such an event usually leaves, and how it is put."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.judging import NEGATIVE, POSITIVE
from analysis.classifier.shapes import EMOTIONS

Floats = NDArray[np.floating[Any]]

_AGAINST = frozenset({"anger", "frustration", "anxiety", "disappointment", "confusion"})
_PLACES: dict[str, int] = {emotion: place for place, emotion in enumerate(EMOTIONS)}
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
    rows = [list(signs) for signs in found]
    return told_in([(row, sign) for row, signs in enumerate(rows) for sign in signs], len(rows))


def told_in(signs: Iterable[tuple[int, Mapping[str, float]]], count: int) -> Floats:
    """The same of so many comments, from signs with the comment each stands in."""
    width = len(EMOTIONS)
    felt = [(row * width + _PLACES[name], strength) for row, sign in signs for name, strength in sign.items()]
    missing = np.ones(count * width)
    np.multiply.at(missing, np.array([place for place, _ in felt], dtype=np.int64), [1 - one for _, one in felt])
    told: Floats = 1 - missing.reshape(count, width)
    return told


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
