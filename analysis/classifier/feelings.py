"""Learns what a feeling sounds like from labelled sentences: one linear classifier for each of the nine."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from analysis.classifier import logistic
from analysis.classifier.emotions import Floats, strengths
from analysis.classifier.sentences import Example
from analysis.classifier.shapes import EMOTIONS

_STRENGTH = 2.0
# A feeling is rare: its examples count more, but none of them for more than this many others.
_RARE = 8.0
_BALANCE = 1.5
# The heaviest features of all nine together; the others move no reading.
_KEPT = 40_000
_LEAST_EXAMPLES = 5
_FOLDS = 3
_LESS = np.arange(0, 2.01, 0.1)

Marks = NDArray[np.bool_]


def named(examples: Iterable[Example]) -> NDArray[np.bool_]:
    """Which of the nine each example holds, in the order of EMOTIONS."""
    return np.array([[emotion in one.emotions for emotion in EMOTIONS] for one in examples], dtype=bool)


def learn(
    counts: Any, felt: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Nine rows of weights and nine intercepts from counted texts and what each of them holds.

    Texts without a feeling belong among them: they teach what is none. `weights`: how much each text counts.
    """
    rows = np.ones(len(felt)) if weights is None else weights
    columns, there = logistic.used(counts)
    learnt = [_one(there, felt[:, place], rows) for place in range(len(EMOTIONS))]
    linear = np.zeros((len(EMOTIONS), counts.shape[1]), dtype=np.float32)
    linear[:, columns] = [row for row, _ in learnt]
    return _pruned(linear), np.array([intercept for _, intercept in learnt], dtype=np.float32)


def firmness(counts: Any, felt: NDArray[np.bool_], weights: NDArray[np.float64], told: Floats, judged: Marks) -> float:
    """How many log-odds to take off, so that the judged texts are read best from 0.5 on by what had not seen them."""
    heard, folds = np.zeros(felt.shape), np.arange(len(felt)) % _FOLDS
    for fold in range(_FOLDS):
        rest = folds != fold
        linear, intercepts = learn(counts[rest], felt[rest], weights[rest])
        heard[~rest] = counts[~rest] @ linear.T + intercepts
    nothing = np.zeros((int(judged.sum()), 3))
    reached = [
        f1_score(felt[judged], strengths(told[judged], nothing, heard[judged] - less) >= 0.5, average="macro")
        for less in _LESS
    ]
    return float(_LESS[int(np.argmax(reached))])


def _one(counts: Any, yes: NDArray[np.bool_], weights: NDArray[np.float64]) -> tuple[NDArray[np.float32], float]:
    if yes.sum() < _LEAST_EXAMPLES:
        return np.zeros(counts.shape[1], dtype=np.float32), -np.inf
    here, all_ = weights[yes].sum(), weights.sum()
    scaled = weights * np.where(yes, min(_RARE, (all_ - here) / here / _BALANCE), 1.0)
    found = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=0)
    found.fit(counts, yes, sample_weight=scaled)
    return found.coef_.ravel().astype(np.float32), float(found.intercept_[0])


def _pruned(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    heavy = np.abs(linear).max(axis=0)
    if len(heavy) <= _KEPT:
        return linear
    kept: NDArray[np.float32] = linear * (heavy > np.partition(heavy, -_KEPT)[-_KEPT])
    return kept
