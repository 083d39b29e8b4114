"""Makes the weights of `artefact` from labelled sets; the same sets and seed give the same weights."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack
from sklearn.linear_model import LogisticRegression

from analysis.classifier import (
    VERSION,
    artefact,
    corpora,
    feelings,
    grams,
    knowledge,
    logistic,
    sentences,
    talk,
    understanding,
)
from analysis.classifier.artefact import Weights
from analysis.classifier.knowledge import Knowledge
from analysis.classifier.sentiment import EVENTS, Floats, blend_inputs
from analysis.classifier.shapes import EMOTIONS, Language

OWN = "own"  # the family of the project's own sentences
LANGUAGES: tuple[Language, ...] = ("en", "zh")

# Pieces kept in the shipped file, the heaviest first, and the texts one must stand in to be kept at all:
# what stands in fewer could be somebody's own words.
_KEPT = {"en": 300_000, "zh": 300_000}
_LEAST_TEXTS = 3
# The share of comments that hold no opinion, as far as anybody knows beforehand. The sets cannot say: some hold no
# such text at all, some little else. An installation learns its own from corrections.
_NEUTRAL = {"en": 0.25, "zh": 0.33}
# And the share of opinions that are for: reviews mostly praise.
_FAVOUR = {"en": 0.55, "zh": 0.55}
# What an event against, a mere statement and an event for count on top of what is learnt of them, in either stage:
# reviews tell too few events to learn their weight from.
_EVENTS = np.array([[1, -1, 1], [-1, 0, 1]], dtype=np.float32) * 0.25
_SHRINK = {"opinion": 3e-5, "direction": 5e-6}
# Praise and blame weigh alike in every family; an answer rarer than this share of its family counts for less.
_RARER = 0.05
# How freely what is known of words beforehand may be used, against the pieces themselves.
_FREELY = {"en": 0.1, "zh": 0.03}
# What a piece that stands in no text of one answer is taken to have there.
_RARE = 1e-6

# Everyday texts that teach the feelings what is none, and what one of them counts against a sentence by hand.
_EVERYDAY, _LESS = 2_000, 0.3
# Texts of each other family that teach what is no service talk.
_ELSEWHERE = 600

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

    def logits(self, corpus: Corpus, held: Marks) -> Floats:
        found: Floats = corpus.counts[held] @ self.weights[:, corpus.columns].T.astype(np.float32)
        return found + self.intercepts


def train(data_dir: Path, out: Path, seed: int = 7, vectors: Path | None = None) -> dict[str, int]:
    """Trains both languages and writes the file that is shipped; answers with the texts used of each set."""
    weights: dict[str, Weights] = {}
    used: dict[str, int] = {}
    for language in LANGUAGES:
        corpus = read_corpus(data_dir, language, seed, vectors)
        weights[language] = with_feelings(fit(corpus, seed), corpus, seed)
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


def fit(corpus: Corpus, seed: int) -> Weights:
    """Two linear classifiers from everything, those of service talk, and what turns them into probabilities."""
    linear = fit_linear(corpus, corpus.all)
    blend = fit_blend(corpus, corpus.all, read_unseen(corpus))
    return with_talk(prune(linear, corpus.language), blend, corpus, seed)


def with_talk(linear: Linear, blend: NDArray[np.float32], corpus: Corpus, seed: int) -> Weights:
    """The classifiers of service talk behind the general ones, calibrated on sentences that neither had seen."""
    gathered, others = talk.gather(corpus.language, seed, corpus.known), elsewhere(corpus, corpus.families != OWN, seed)
    apart = fit_linear(corpus, corpus.families != OWN)
    general = [counts @ apart.weights.T + apart.intercepts for counts in (gathered.counts, gathered.clauses)]
    heard, parts = talk.unseen(gathered, others, seed, general[0], general[1])
    own = talk.fit_talk(gathered, heard)
    layers = talk.fit_decision(gathered, heard, parts, (blend, own), seed)
    learnt = talk.learn(gathered, np.ones(len(gathered.labels), dtype=bool), others)
    rows = np.vstack([linear.weights, learnt.linear]).astype(np.float32)
    return Weights(rows, np.append(linear.intercepts, learnt.intercepts).astype(np.float32), blend, own, *layers)


def elsewhere(corpus: Corpus, chosen: Marks, seed: int) -> Any:
    """Some texts of every other family, with a column for every bucket."""
    chance, rows = np.random.default_rng(seed), list[NDArray[np.int64]]()
    for family in np.unique(corpus.families[chosen]):
        rows.append(chance.permutation(np.flatnonzero(chosen & (corpus.families == family)))[:_ELSEWHERE])
    return talk.spread_out(corpus.counts, corpus.columns, np.concatenate(rows))


def fit_linear(corpus: Corpus, chosen: Marks) -> Linear:
    told, leaning = chosen & corpus.neutral, chosen & (corpus.labels != 0)
    opinions, favours = corpus.labels != 0, corpus.labels > 0
    even = balanced(family_weights(corpus.families[told]), opinions[told], 0.5)
    opinion = _one_linear(corpus, told, opinions, even, _SHRINK["opinion"])
    by_family = balanced_by_family(corpus.families[leaning], favours[leaning])
    direction = _one_linear(corpus, leaning, favours, by_family, _SHRINK["direction"])
    return Linear(np.stack([opinion[0], direction[0]]), np.array([opinion[1], direction[1]]))


def _one_linear(
    corpus: Corpus, chosen: Marks, answers: Marks, importance: Floats, shrink: float
) -> tuple[Floats, float]:
    """A linear classifier over counts scaled by how unevenly they fall on the two answers (NB-SVM)."""
    counts, yes = corpus.counts[chosen], answers[chosen]
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
    uneven: NDArray[np.float32] = np.sqrt(np.abs(ratio)).astype(np.float32)
    return uneven


def family_weights(families: NDArray[np.str_], power: float = 0.5) -> Floats:
    """A family of ten times the size counts about three times as much, so that none drowns the others."""
    _, places, sizes = np.unique(families, return_inverse=True, return_counts=True)
    weights: Floats = 1.0 / sizes[places] ** power
    return weights


def balanced(weights: Floats, yes: Marks, expected: float) -> Floats:
    """Yes as often as expected, whatever the sets hold; the weights add up to 1."""
    shares = np.where(yes, expected / max(weights[yes].sum(), 1e-9), (1 - expected) / max(weights[~yes].sum(), 1e-9))
    found: Floats = weights * shares
    found /= found.sum()
    return found


def balanced_by_family(families: NDArray[np.str_], yes: Marks) -> Floats:
    """Yes and no alike in every family, so that what is mostly praised elsewhere is not praise; they add up to 1."""
    weights = np.zeros(len(yes))
    for family in np.unique(families):
        inside = families == family
        for answer in (inside & yes, inside & ~yes):
            share = answer.sum() / inside.sum()
            weights[answer] = inside.sum() ** 0.5 / 2 / max(answer.sum(), 1) * min(1.0, share / _RARER)
    found: Floats = weights / weights.sum()
    return found


def read_unseen(corpus: Corpus, families: Sequence[str] | None = None) -> Floats:
    """What the linear classifiers say of each text when its whole family is left out of their training."""
    logits = np.zeros((len(corpus.labels), 2))
    for family in np.unique(corpus.families) if families is None else families:
        held = corpus.families == family
        logits[held] = fit_linear(corpus, ~held).logits(corpus, held)
    return logits


def fit_blend(corpus: Corpus, chosen: Marks, unseen: Floats) -> NDArray[np.float32]:
    """The calibration, learnt from how texts were read by classifiers that had not seen their family."""
    inputs = blend_inputs(unseen, corpus.told)
    opinion, direction = 1 - _NEUTRAL[corpus.language], _FAVOUR[corpus.language]
    stages = (
        _one_blend(corpus, chosen & corpus.neutral, corpus.labels != 0, opinion, inputs),
        _one_blend(corpus, chosen & (corpus.labels != 0), corpus.labels > 0, direction, inputs),
    )
    blend = np.stack(stages)
    blend[:, EVENTS] += _EVENTS
    return blend


def _one_blend(corpus: Corpus, chosen: Marks, answers: Marks, expected: float, inputs: Floats) -> NDArray[np.float32]:
    """Every family alike."""
    yes = answers[chosen]
    importance = balanced(family_weights(corpus.families[chosen], 1.0), yes, expected)
    found = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500)
    found.fit(inputs[chosen], yes, sample_weight=importance * len(yes))
    return np.asarray(found.coef_.ravel(), dtype=np.float32)


def with_feelings(weights: Weights, corpus: Corpus, seed: int) -> Weights:
    """A row for each feeling below the two stages, learnt from the project's own sentences and from everyday texts."""
    own = sentences.examples(corpus.language, seed)
    by_hand = {example.text for example in sentences.written(corpus.language)}
    everyday = np.random.default_rng(seed).permutation(np.flatnonzero(corpus.labels == 0))[:_EVERYDAY]
    felt = np.vstack([feelings.named(own), np.zeros((len(everyday), len(EMOTIONS)), dtype=bool)])
    importance = [1.0 if example.text in by_hand else _LESS for example in own] + [_LESS] * len(everyday)
    everyday_counts = talk.spread_out(corpus.counts, corpus.columns, everyday)
    counts = vstack([grams.matrix(corpus.language, [one.text for one in own]), everyday_counts])
    judged = np.array([example.text in by_hand for example in own] + [False] * len(everyday))
    told = np.vstack(
        [understanding.felt([one.text for one in own], corpus.language), np.zeros((len(everyday), len(EMOTIONS)))]
    )
    less = feelings.firmness(counts, felt, np.array(importance), told, judged)
    linear, intercepts = feelings.learn(counts, felt, np.array(importance))
    intercepts = (intercepts - less).astype(np.float32)
    rows, free = np.vstack([weights.linear, linear]), np.concatenate([weights.intercepts, intercepts])
    return replace(weights, linear=rows, intercepts=free)


def prune(linear: Linear, language: Language) -> Linear:
    """Keeps the heaviest pieces."""
    heavy = np.abs(linear.weights).max(axis=0)
    if np.count_nonzero(heavy) <= _KEPT[language]:
        return linear
    limit = np.partition(heavy, -_KEPT[language])[-_KEPT[language]]
    return Linear(linear.weights * (heavy > limit), linear.intercepts)
