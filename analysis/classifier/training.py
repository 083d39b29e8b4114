"""Makes the weights of `artefact` from labelled sets; the same sets and seed give the same weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analysis.classifier import VERSION, artefact, corpora, grams, knowledge, logistic, understanding
from analysis.classifier.artefact import Weights
from analysis.classifier.knowledge import Knowledge
from analysis.classifier.sentiment import BLEND, Floats, blend_inputs
from analysis.classifier.shapes import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")

# Families of sets that calibrate each other: each third is read by a classifier that saw the other two.
_FOLDS = 3
# Pieces kept in the shipped file, the heaviest first, and the texts one must stand in to be kept at all:
# what stands in fewer could be somebody's own words.
_KEPT = {"en": 250_000, "zh": 250_000}
_LEAST_TEXTS = 3
# The share of comments that hold no opinion, as far as anybody knows beforehand. The sets cannot say: some hold no
# such text at all, some little else. An installation learns its own from corrections.
_NEUTRAL = {"en": 0.26, "zh": 0.4}
_SHRINK = {"opinion": 3e-5, "direction": 1.5e-5}
# How freely what is known of words beforehand may be used, against the pieces themselves.
_FREELY = {"en": 0.1, "zh": 0.03}
# What a piece that stands in no text of one answer is taken to have there.
_RARE = 1e-6

Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The labelled texts of one language as arrays, rows in step."""

    language: Language
    counts: Any  # the pieces that stand in enough texts
    columns: NDArray[np.int64]  # the bucket of each column
    known: Knowledge
    knowing: Floats
    labels: NDArray[np.int64]
    families: NDArray[np.str_]
    sources: NDArray[np.str_]
    neutral: Marks  # the set tells "no opinion" from opinions
    told: Floats
    pieces: Floats

    @property
    def all(self) -> Marks:
        return np.ones(len(self.labels), dtype=bool)


@dataclass(frozen=True, slots=True)
class Linear:
    """Two classifiers in the buckets of `grams`: is there an opinion, and is it for?"""

    weights: Floats
    intercepts: Floats


def train(data_dir: Path, out: Path, seed: int = 7, vectors: Path | None = None) -> dict[str, int]:
    """Trains both languages and writes the file that is shipped; answers with the texts used of each set."""
    weights: dict[str, Weights] = {}
    used: dict[str, int] = {}
    for language in LANGUAGES:
        corpus = read_corpus(data_dir, language, seed, vectors)
        weights[language] = prune(fit(corpus, corpus.all), language)
        names, sizes = np.unique(corpus.sources, return_counts=True)
        used |= {str(name): int(size) for name, size in zip(names, sizes, strict=True)}
    artefact.save(out, VERSION, weights)
    return used


def read_corpus(data_dir: Path, language: Language, seed: int, vectors: Path | None = None) -> Corpus:
    """The sets of one language, counted once for every fit that follows."""
    found = corpora.sample(data_dir, language, seed)
    if not found:
        raise ValueError(f"no labelled set for {language} in {data_dir}")
    found += corpora.own(language, seed)
    texts = [row.text for row in found]
    counts = grams.matrix(language, texts)
    known = knowledge.known(language, vectors).spread(counts, _FREELY[language])
    columns = np.flatnonzero(np.bincount(counts.indices, minlength=grams.BUCKETS) >= _LEAST_TEXTS)
    told, pieces = understanding.told(texts, language)
    return Corpus(
        language=language,
        counts=counts[:, columns],
        columns=columns,
        known=known,
        knowing=known.of(counts),
        labels=np.array([row.label for row in found], dtype=np.int64),
        families=np.array([row.family for row in found]),
        sources=np.array([row.source.name for row in found]),
        neutral=np.array([row.source.neutral for row in found], dtype=bool),
        told=told,
        pieces=pieces,
    )


def fit(corpus: Corpus, chosen: Marks) -> Weights:
    """Two linear classifiers from the chosen rows, and the blend that turns them into three probabilities."""
    linear = fit_linear(corpus, chosen)
    return Weights(linear.weights.astype(np.float32), linear.intercepts.astype(np.float32), _fit_blend(corpus, chosen))


def fit_linear(corpus: Corpus, chosen: Marks) -> Linear:
    opinion = _one_linear(corpus, chosen & corpus.neutral, corpus.labels != 0, _SHRINK["opinion"])
    direction = _one_linear(corpus, chosen & (corpus.labels != 0), corpus.labels > 0, _SHRINK["direction"])
    return Linear(np.stack([opinion[0], direction[0]]), np.array([opinion[1], direction[1]]))


def _one_linear(corpus: Corpus, chosen: Marks, answers: Marks, shrink: float) -> tuple[Floats, float]:
    """A linear classifier over counts scaled by how unevenly they fall on the two answers (NB-SVM)."""
    counts, yes = corpus.counts[chosen], answers[chosen]
    importance = balanced(family_weights(corpus.families[chosen]), yes, 0.5)
    uneven = _unevenness(counts, yes, importance)
    counts.data *= uneven[counts.indices]
    found = logistic.fit(logistic.Rows(counts, corpus.knowing[chosen]), yes, importance, shrink)
    split = counts.shape[1]
    weights = corpus.known.folded(found[split:-1])
    weights[corpus.columns] += found[:split] * uneven
    return weights, float(found[-1])


def _unevenness(counts: Any, yes: Marks, importance: Floats) -> NDArray[np.float32]:
    favour, against = (importance * yes).astype(np.float32) @ counts, (importance * ~yes).astype(np.float32) @ counts
    ratio = np.log((favour / favour.sum() + _RARE) / (against / against.sum() + _RARE))
    return np.sqrt(np.abs(ratio)).astype(np.float32)


def family_weights(families: NDArray[np.str_], power: float = 0.5) -> Floats:
    """A family of ten times the size counts about three times as much, so that none drowns the others."""
    _, places, sizes = np.unique(families, return_inverse=True, return_counts=True)
    weights: Floats = 1.0 / sizes[places] ** power
    return weights


def balanced(weights: Floats, yes: Marks, expected: float) -> Floats:
    """Yes as often as expected, whatever the sets hold; the weights add up to 1."""
    shares = np.where(yes, expected / max(weights[yes].sum(), 1e-9), (1 - expected) / max(weights[~yes].sum(), 1e-9))
    found: Floats = weights * shares
    return found / found.sum()


def _fit_blend(corpus: Corpus, chosen: Marks) -> NDArray[np.float32]:
    """The calibration, learnt only from texts whose family the linear classifiers had not seen."""
    names = np.unique(corpus.families[chosen])
    inputs = np.zeros((len(corpus.labels), BLEND))
    for fold in range(_FOLDS):
        held = chosen & np.isin(corpus.families, names[fold::_FOLDS])
        inputs[held] = inputs_of(corpus, held, fit_linear(corpus, chosen & ~held))
    opinion = _one_blend(corpus, chosen & corpus.neutral, corpus.labels != 0, 1 - _NEUTRAL[corpus.language], inputs)
    direction = _one_blend(corpus, chosen & (corpus.labels != 0), corpus.labels > 0, 0.5, inputs)
    return np.stack([opinion, direction])


def _one_blend(
    corpus: Corpus, chosen: Marks, answers: Marks, expected: float, inputs: Floats
) -> NDArray[np.float32]:
    """Every family alike."""
    yes = answers[chosen]
    importance = balanced(family_weights(corpus.families[chosen], 1.0), yes, expected)
    found = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500)
    found.fit(inputs[chosen], yes, sample_weight=importance * len(yes))
    return np.asarray(found.coef_.ravel(), dtype=np.float32)


def inputs_of(corpus: Corpus, held: Marks, linear: Linear) -> Floats:
    """What the blend weighs, for the held rows."""
    logits = corpus.counts[held] @ linear.weights[:, corpus.columns].T.astype(np.float32) + linear.intercepts
    return blend_inputs(logits, corpus.told[held])


def prune(weights: Weights, language: Language) -> Weights:
    """Keeps the heaviest pieces."""
    heavy = np.abs(weights.linear).max(axis=0)
    limit = np.partition(heavy, -_KEPT[language])[-_KEPT[language]]
    return Weights(weights.linear * (heavy > limit), weights.intercepts, weights.blend)
