"""Learns service talk from the project's own sentences alone: opinion, direction, both ways, and how it sounds.

Reviews and posts are many times more and told otherwise; among them these sentences would hardly count.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from analysis.classifier import grams, logistic, sentences, understanding
from analysis.classifier.clauses import Clauses
from analysis.classifier.deciding import TINY, inputs, sides_of
from analysis.classifier.knowledge import Knowledge
from analysis.classifier.sentiment import Floats, mingled, talk_inputs, two_stage
from analysis.classifier.shapes import Language

Marks = NDArray[np.bool_]
Labels = NDArray[np.int64]

LABELS = {"negative": -1, "neutral": 0, "positive": 1, "mixed": 2}
_MIXED = 2
_FOLDS = 5
# Composed sentences resemble each other: each counts less.
_COMPOSED = 0.3
_STRENGTH = 30.0
_LIKENESS = 2.0
_KEPT = 80_000
# How steeply the likeness decides, and the log-odds it starts from: as much service talk as costs the left-out domains
# less than a point of macro-F1 (docs/model-card.md).
_STEEP, _USUAL = 2.0, -1.0
# The network that decides on a whole comment: how many units, how hard its weights are held, and how it learns.
_UNITS, _HELD, _STEP, _PASSES = 16, 3.0, 0.003, 60
COLUMNS = np.array([1, 2, 3, 0])  # of the outcomes, by label: the last one stands for -1


@dataclass(frozen=True, slots=True)
class Talk:
    """The project's own sentences as arrays, rows in step; `clauses`: the same `cut` up; `letters`: of each clause."""

    counts: Any
    told: Floats
    labels: Labels
    by_hand: Marks
    clauses: Any
    clauses_told: Floats
    cut: Clauses
    letters: NDArray[np.int64]
    known: Knowledge

    @property
    def weights(self) -> Floats:
        return np.where(self.by_hand, 1.0, _COMPOSED)


@dataclass(frozen=True, slots=True)
class Learnt:
    """Four rows over all buckets, and their intercepts."""

    linear: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def heard(self, counts: Any) -> Floats:
        found: Floats = counts @ self.linear.T + self.intercepts
        return found


def gather(language: Language, seed: int, known: Knowledge) -> Talk:
    """`known`: what is known of words beforehand, as wide as it may be used."""
    own = sentences.examples(language, seed)
    by_hand = {example.text for example in sentences.written(language)}
    texts = [example.text for example in own]
    told, clauses_told, cut, letters = understanding.told_by_clause(texts, language)
    return Talk(
        counts=grams.matrix(language, texts),
        told=told,
        labels=np.array([LABELS[example.label] for example in own], dtype=np.int64),
        by_hand=np.array([text in by_hand for text in texts]),
        clauses=grams.matrix(language, texts, by_clause=True),
        clauses_told=clauses_told,
        cut=cut,
        letters=letters,
        known=known,
    )


def learn(talk: Talk, chosen: Marks, others: Any) -> Learnt:
    """From the chosen sentences; `others`: texts that are no service talk."""
    counts, labels, weights = talk.counts[chosen], talk.labels[chosen], talk.weights[chosen]
    one_way = np.abs(labels) == 1
    rows = [
        _one(counts, labels != 0, weights, _STRENGTH, talk.known),
        _one(counts[one_way], labels[one_way] > 0, weights[one_way], _STRENGTH, talk.known),
        _one(counts, labels == _MIXED, weights, _STRENGTH, talk.known),
        _likeness(counts[talk.by_hand[chosen]], others),
    ]
    return Learnt(np.stack([row for row, _ in rows]), np.array([free for _, free in rows], dtype=np.float32))


def _likeness(counts: Any, others: Any) -> tuple[NDArray[np.float32], float]:
    yes = np.arange(counts.shape[0] + others.shape[0]) < counts.shape[0]
    weights = np.where(yes, 1.0, counts.shape[0] / max(others.shape[0], 1))
    row, free = _one(vstack([counts, others], format="csr"), yes, weights, _LIKENESS)
    return _STEEP * row, _STEEP * free + _USUAL


def _one(
    counts: Any, yes: Marks, weights: Floats, strength: float, known: Knowledge | None = None
) -> tuple[NDArray[np.float32], float]:
    if yes.all() or not yes.any():
        return np.zeros(counts.shape[1], dtype=np.float32), 0.0
    found = LogisticRegression(C=strength, solver="liblinear", random_state=0)
    there, rows = logistic.used(counts)
    split = rows.shape[1]
    found.fit(rows if known is None else hstack([rows, csr_matrix(known.of(counts))], format="csr"), yes, weights)
    weighed = found.coef_.ravel()
    row = np.zeros(counts.shape[1]) if known is None else known.folded(weighed[split:])
    row[there] += weighed[:split]
    row = row.astype(np.float32)
    heavy = np.partition(np.abs(row), -_KEPT)[-_KEPT] if len(row) > _KEPT else 0.0
    return row * (np.abs(row) > heavy), float(found.intercept_[0])


def folds(talk: Talk, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(len(talk.labels)) % _FOLDS


def unseen(talk: Talk, others: Any, seed: int, general: Floats, general_clauses: Floats) -> tuple[Floats, Floats]:
    """What is heard in each sentence, and in each clause, by what had not seen it."""
    told_apart = folds(talk, seed)
    of_clause = np.repeat(told_apart, np.diff(talk.cut.first))
    wholes, parts = np.zeros((len(told_apart), 4)), np.zeros((len(of_clause), 4))
    for fold in range(_FOLDS):
        learnt = learn(talk, told_apart != fold, others)
        wholes[told_apart == fold] = learnt.heard(talk.counts[told_apart == fold])
        parts[of_clause == fold] = learnt.heard(talk.clauses[of_clause == fold])
    return np.hstack([general, wholes]), np.hstack([general_clauses, parts])


def fit_talk(talk: Talk, heard: Floats) -> NDArray[np.float32]:
    """The calibration of the two stages, learnt from sentences by hand; those that say both have an opinion."""
    inputs, labels = talk_inputs(heard, talk.told), talk.labels
    opinion = _calibrated(inputs, labels != 0, talk.by_hand)
    return np.stack([opinion, _calibrated(inputs, labels > 0, talk.by_hand & (np.abs(labels) == 1))])


def fit_decision(
    talk: Talk, heard: Floats, parts: Floats, calibration: tuple[Floats, Floats], seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both layers of the network that decides on a whole comment, from sentences by hand that nothing had seen."""
    sides = sides_of(talk.cut, talk.letters, _likely(parts, talk.clauses_told, calibration))
    rows = inputs(heard, talk.told, _likely(heard, talk.told, calibration), sides)
    return _network(rows[talk.by_hand], COLUMNS[talk.labels[talk.by_hand]], seed)


def _likely(heard: Floats, told: Floats, calibration: tuple[Floats, Floats]) -> Floats:
    blend, own = calibration
    said = talk_inputs(heard, told)
    return mingled(two_stage(said[:, : blend.shape[1]] @ blend.T), two_stage(said @ own.T), heard)


def _network(rows: Floats, labels: Labels, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rectified linear units (Pedregosa et al. 2011), the intercepts in the last row of each layer."""
    middle, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), TINY)
    net = MLPClassifier((_UNITS,), alpha=_HELD, learning_rate_init=_STEP, max_iter=_PASSES, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many passes are meant
        net.fit((rows - middle) / spread, labels)
    (within, outcome), (first, last) = net.coefs_, net.intercepts_
    within = within / spread[:, None]
    return np.vstack([within, first - middle @ within]).astype(np.float32), np.vstack([outcome, last]).astype(
        np.float32
    )


def _calibrated(inputs: Floats, yes: Marks, chosen: Marks) -> NDArray[np.float32]:
    found = LogisticRegression(C=1.0, fit_intercept=False, max_iter=2000)
    found.fit(inputs[chosen], yes[chosen])
    return np.asarray(found.coef_.ravel(), dtype=np.float32)


def spread_out(counts: Any, columns: NDArray[np.int64], rows: NDArray[np.int64]) -> Any:
    """The counts of some rows with a column for every bucket."""
    chosen = counts[rows]
    return csr_matrix((chosen.data, columns[chosen.indices], chosen.indptr), (len(rows), grams.BUCKETS))
