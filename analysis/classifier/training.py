"""Makes the weights of `artefact` from labelled sets; the same sets and seed give the same weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags
from sklearn.linear_model import LogisticRegression

from analysis.classifier import VERSION, artefact, corpora, english, features, reader
from analysis.classifier.artefact import Weights
from analysis.classifier.sentiment import Floats, blend_inputs
from analysis.classifier.shapes import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")

# Families of sets that calibrate each other: each third is read by a classifier that saw the other two.
_FOLDS = 3
# Features kept in the shipped file, the heaviest first, and the texts one must stand in to be kept at all:
# what stands in fewer could be somebody's own words.
_KEPT = {"en": 200_000, "zh": 150_000}
_LEAST_TEXTS = 3
# The share of comments on a service that hold no opinion. The sets cannot say: some hold no such text at all, some
# little else. An installation learns its own from corrections.
_NEUTRAL = 0.26
_STRENGTH = {"opinion": 2.0, "direction": 4.0}


@dataclass(frozen=True, slots=True)
class Corpus:
    """The labelled texts of one language as arrays, rows in step."""

    language: str
    counts: Any
    labels: NDArray[np.int64]
    families: NDArray[np.str_]
    sources: NDArray[np.str_]
    neutral: NDArray[np.bool_]  # the set tells "no opinion" from opinions
    told: Floats
    polarities: Floats | None

    @property
    def all(self) -> NDArray[np.bool_]:
        return np.ones(len(self.labels), dtype=bool)


def train(data_dir: Path, out: Path, seed: int = 7) -> dict[str, int]:
    """Trains both languages and writes the file that is shipped; answers with the texts used of each set."""
    weights: dict[str, Weights] = {}
    used: dict[str, int] = {}
    for language in LANGUAGES:
        corpus = read_corpus(data_dir, language, seed)
        if not len(corpus.labels):
            raise ValueError(f"no labelled set for {language} in {data_dir}")
        weights[language] = prune(fit(corpus, corpus.all), corpus)
        names, sizes = np.unique(corpus.sources, return_counts=True)
        used |= {str(name): int(size) for name, size in zip(names, sizes, strict=True)}
    artefact.save(out, VERSION, weights)
    return used


def read_corpus(data_dir: Path, language: Language, seed: int) -> Corpus:
    """The sets of one language, vectorised once for every fit that follows."""
    found = corpora.sample(data_dir, language, seed)
    texts = [row.text for row in found]
    return Corpus(
        language=language,
        counts=features.matrix(language, texts) if texts else None,
        labels=np.array([row.label for row in found], dtype=np.int64),
        families=np.array([row.family for row in found]),
        sources=np.array([row.source.name for row in found]),
        neutral=np.array([row.source.neutral for row in found], dtype=bool),
        told=reader.told(texts, language),
        polarities=np.array([english.polarity(text) for text in texts]) if language == "en" else None,
    )


def fit(corpus: Corpus, chosen: NDArray[np.bool_]) -> Weights:
    """Two linear classifiers from the chosen rows, and the blend that turns them into three probabilities."""
    linear, intercepts = _fit_linear(corpus, chosen)
    return Weights(linear, intercepts, _fit_blend(corpus, chosen))


def _fit_linear(corpus: Corpus, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    opinion = _one_linear(corpus, chosen & corpus.neutral, corpus.labels != 0, _STRENGTH["opinion"])
    direction = _one_linear(corpus, chosen & (corpus.labels != 0), corpus.labels > 0, _STRENGTH["direction"])
    return np.stack([opinion[0], direction[0]]), np.array([opinion[1], direction[1]], dtype=np.float32)


def _one_linear(
    corpus: Corpus, chosen: NDArray[np.bool_], answers: NDArray[np.bool_], strength: float
) -> tuple[NDArray[np.float32], float]:
    """A linear classifier over counts scaled by how unevenly they fall on the two answers (NB-SVM)."""
    counts, yes = corpus.counts[chosen], answers[chosen]
    uneven = _unevenness(counts, yes)
    found = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", random_state=0)
    found.fit(counts @ diags(uneven), yes, sample_weight=family_weights(corpus.families[chosen]))
    return (found.coef_.ravel() * uneven).astype(np.float32), float(found.intercept_[0])


def _unevenness(counts: Any, yes: NDArray[np.bool_]) -> NDArray[np.float32]:
    favour = np.asarray(counts[yes].sum(axis=0)).ravel() + 0.5
    against = np.asarray(counts[~yes].sum(axis=0)).ravel() + 0.5
    ratio = np.log((favour / favour.sum()) / (against / against.sum()))
    uneven: NDArray[np.float32] = np.sqrt(np.abs(ratio)).astype(np.float32)
    return uneven


def family_weights(families: NDArray[np.str_]) -> NDArray[np.float64]:
    """A family of ten times the size counts about three times as much, so that none drowns the others."""
    _, places, sizes = np.unique(families, return_inverse=True, return_counts=True)
    weights: NDArray[np.float64] = 1 / np.sqrt(sizes[places])
    weights /= weights.mean()
    return weights


def _fit_blend(corpus: Corpus, chosen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The calibration, learnt only from texts whose family the linear classifiers had not seen."""
    names = np.unique(corpus.families[chosen])
    inputs = np.zeros((len(corpus.labels), blend_width(corpus)))
    for fold in range(_FOLDS):
        held = chosen & np.isin(corpus.families, names[fold::_FOLDS])
        inputs[held] = inputs_of(corpus, held, *_fit_linear(corpus, chosen & ~held))
    opinion = _one_blend(corpus, chosen & corpus.neutral, corpus.labels != 0, 1 - _NEUTRAL, inputs)
    direction = _one_blend(corpus, chosen & (corpus.labels != 0), corpus.labels > 0, 0.5, inputs)
    return np.stack([opinion, direction])


def _one_blend(
    corpus: Corpus, chosen: NDArray[np.bool_], answers: NDArray[np.bool_], expected: float, inputs: Floats
) -> NDArray[np.float32]:
    """Every family alike, and yes as often as expected, whatever the sets hold."""
    yes = answers[chosen]
    weights = family_weights(corpus.families[chosen]) ** 2
    weights[yes] *= expected / weights[yes].sum()
    weights[~yes] *= (1 - expected) / weights[~yes].sum()
    found = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500)
    found.fit(inputs[chosen], yes, sample_weight=weights * len(yes))
    return np.asarray(found.coef_.ravel(), dtype=np.float32)


def blend_width(corpus: Corpus) -> int:
    return 6 if corpus.polarities is None else 8


def inputs_of(corpus: Corpus, held: NDArray[np.bool_], linear: Any, intercepts: Any) -> Any:
    """What the blend weighs, for the held rows."""
    polarities = None if corpus.polarities is None else corpus.polarities[held]
    return blend_inputs(corpus.counts[held] @ linear.T + intercepts, corpus.told[held], polarities)


def prune(weights: Weights, corpus: Corpus) -> Weights:
    """Keeps the heaviest features that stand in several texts."""
    texts = np.asarray((corpus.counts > 0).sum(axis=0)).ravel()
    heavy = np.abs(weights.linear).max(axis=0) * (texts >= _LEAST_TEXTS)
    limit = np.partition(heavy, -_KEPT[corpus.language])[-_KEPT[corpus.language]]
    return Weights(weights.linear * (heavy > limit), weights.intercepts, weights.blend)
