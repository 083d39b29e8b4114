"""Texts that people judged, as arrays, and the shift of log-odds that fits them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import linking, ngrams, ridge
from analysis.classifier.head import OUTCOMES, Shift, Table, outcome_inputs, probabilities, shifted_outcomes
from analysis.classifier.sentiment import Floats

Marks = NDArray[np.bool_]
Places = NDArray[np.int64]

FOLDS = 5
# How hard words, the touchpoints' own terms and the plain inputs are held to "nothing is different here"; the last
# input is the intercept, which is freest.
_WORDS, _TERMS, _INTERCEPT = 0.1, 0.15, 0.1
_SENTIMENT_BASE, _SENTIMENT_WORDS, _PLACE_BASE = 20.0, 1.0, 1.0
# Rare outcomes count as much as common ones for sentiment (macro-F1), a little more than they are for touchpoints.
_SENTIMENT_BALANCE, _PLACE_BALANCE = 0.9, 0.3
# Added to what may be 0.
_NARROW = 1e-3
_POWERS = np.geomspace(0.2, 3, 55)
# Seen so often more of either answer than it was, and no word is more than this uneven (log-ratio).
_RARE, _MOST_UNEVEN = 0.5, 3.0
_SENTIMENT_UNEVEN, _PLACE_UNEVEN = 0.25, 0.5
# A word of a single comment is not learnt from: it could be somebody's own.
_LEAST_TEXTS = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows in step: hashed words, hashed terms of touchpoints, what is known before learning, what people said."""

    found: Any  # sparse: texts x hashed words
    terms: Any  # sparse: texts x hashed terms
    known: Floats
    answers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.answers)

    def only(self, rows: Any) -> "Judged":
        return Judged(self.found[rows], self.terms[rows], self.known[rows], self.answers[rows])


def judged(texts: Sequence[str], terms: ngrams.Found | None, known: Floats, answers: NDArray[np.int64]) -> Judged:
    none = ngrams.Found(np.zeros(0, np.int64), np.zeros(0, np.int64), len(texts))
    return Judged(_sparse(ngrams.find(texts)), _sparse(terms or none), known, answers)


def _sparse(found: ngrams.Found) -> Any:
    from scipy.sparse import csr_matrix  # a heavy library: only where something is learnt

    return csr_matrix((np.ones(len(found.rows)), (found.rows, found.columns)), shape=(found.texts, ngrams.WIDTH))


def _unevenness(found: Any, answers: NDArray[np.bool_], power: float) -> Floats:
    """How unevenly each word falls on any of the answers, one in the mean square: what tells is held less hard.

    `answers`: a column each, yes or no. A power of the log-ratio of counts, after Wang and Manning's NB-SVM (2012).
    """
    there, told = found > 0, [yes for yes in answers.T if yes.any() and not yes.all()]
    if not told:
        return np.ones(found.shape[1])
    shares = [[_share(there, rows) for rows in (yes, ~yes)] for yes in told]
    ratios = [np.minimum(np.abs(np.log(here) - np.log(others)), _MOST_UNEVEN) for here, others in shares]
    uneven: Floats = np.max(ratios, axis=0) ** power
    return uneven / max(float(np.sqrt((uneven**2).mean())) if uneven.size else 0.0, _NARROW)


def _share(there: Any, rows: Marks) -> Floats:
    """In which part of these rows each word stands, none of them in none or in all."""
    found: Floats = (np.asarray(there[rows].sum(axis=0)).ravel() + _RARE) / (rows.sum() + 2 * _RARE)
    return found


def held_out(rows: Judged, seed: int, fit: Callable[[Judged], Shift], use: Callable[[Shift, Judged], Floats]) -> Floats:
    """What is read of every row by what was learnt from the others."""
    folds = np.random.default_rng(seed).permutation(len(rows)) % FOLDS
    order = np.concatenate([np.flatnonzero(folds == fold) for fold in range(FOLDS)])
    parts = [use(fit(rows.only(folds != fold)), rows.only(folds == fold)) for fold in range(FOLDS)]
    read: Floats = np.concatenate(parts)[np.argsort(order)]
    return read


# --- sentiment: a column an outcome ---------------------------------------------------------------------------------


def fit_sentiment(rows: Judged) -> Shift:
    places = _common(rows.found)
    inputs = outcome_inputs(rows.known)
    said = np.eye(OUTCOMES)[rows.answers + 1]
    uneven = _unevenness(rows.found[:, places], said > 0, _SENTIMENT_UNEVEN)
    words = _evened(rows.found[:, places]).multiply(uneven).tocsr()
    together, held = _together([inputs, words]), _held(inputs, len(places))
    found = ridge.fit_outcomes(rows.known[:, :OUTCOMES], together, said, _even(rows.answers), held)
    base, learnt = np.split(found, [inputs.shape[1]])
    return Shift(base, Table(places, learnt * uneven[:, None]), Table(np.zeros(0, np.int64), np.zeros((0, OUTCOMES))))


def _held(inputs: Floats, words: int) -> Floats:
    """How hard each weight is held to 0: as if all plain inputs were of the same width."""
    plain = _SENTIMENT_BASE * (inputs.var(axis=0) + _NARROW)
    plain[-1] = _INTERCEPT
    return np.concatenate([plain, np.full(words, _SENTIMENT_WORDS)])


def _even(answers: NDArray[np.int64]) -> Floats:
    """Weights under which rare outcomes count nearly as much as common ones."""
    _, places, sizes = np.unique(answers, return_inverse=True, return_counts=True)
    found: Floats = (len(answers) / (len(sizes) * sizes[places])) ** _SENTIMENT_BALANCE
    return found


def read_sentiment(shift: Shift, rows: Judged) -> Floats:
    words = _evened(rows.found[:, shift.words.places]) @ shift.words.weights
    return shifted_outcomes(shift, rows.known, words)


def sureness(likely: Floats, answers: NDArray[np.int64]) -> float:
    """The power of held-out probabilities under which the likeliest outcome is right as often as it says."""
    right = likely.argmax(axis=1) - 1 == answers
    surest = [tempered(likely, power).max(axis=1) for power in _POWERS]
    return float(_POWERS[int(np.argmin([-np.log(np.where(right, sure, 1 - sure) + _NARROW).sum() for sure in surest]))])


def tempered(likely: Floats, power: float) -> Floats:
    return probabilities(power * np.log(np.maximum(likely, 1e-12)))


def as_sure(shift: Shift, power: float) -> Shift:
    """The same order of outcomes everywhere, with their probabilities raised to a power."""
    base = power * shift.base
    base[:OUTCOMES] += (power - 1) * np.eye(OUTCOMES)
    return replace(shift, base=base, words=Table(shift.words.places, power * shift.words.weights))


# --- touchpoints: a column each --------------------------------------------------------------------------------------


def fit_places(rows: Judged) -> Shift:
    places, terms = _common(rows.found), _common(rows.terms, 1)
    found, own = rows.found[:, places], rows.terms[:, terms]
    words, said = _evened(found), rows.answers.T > 0
    uneven = np.column_stack([_unevenness(found, yes[:, None], _PLACE_UNEVEN) for yes in said])
    columns = [
        _fit(
            known,
            [(linking.place_inputs(known), _PLACE_BASE), (words.multiply(weight).tocsr(), _WORDS), (own, _TERMS)],
            ridge.balanced(yes, _PLACE_BALANCE),
            yes,
        )
        for known, yes, weight in zip(rows.known.T, said, uneven.T, strict=True)
    ]
    base, learnt, of_terms = _parts(columns, [len(places), len(terms)])
    return Shift(base, Table(places, learnt * uneven), Table(terms, of_terms))


def read_places(shift: Shift, rows: Judged) -> Floats:
    moved = [linking.place_inputs(column) @ base for column, base in zip(rows.known.T, shift.base.T, strict=True)]
    words = _evened(rows.found[:, shift.words.places]) @ shift.words.weights
    read: Floats = rows.known + np.column_stack(moved) + words + rows.terms[:, shift.terms.places] @ shift.terms.weights
    return read


# --- both ------------------------------------------------------------------------------------------------------------


def _fit(known: Floats, inputs: list[tuple[Any, float]], weights: Floats, yes: Marks) -> Floats:
    """One column; the first inputs are the plain ones, the last of them the intercept."""
    shrink = np.concatenate([np.full(part.shape[1], held) for part, held in inputs])
    if yes.all() or not yes.any():
        return np.zeros(len(shrink))
    shrink[inputs[0][0].shape[1] - 1] = _INTERCEPT
    return ridge.fit(known, _together([part for part, _ in inputs]), yes, weights, shrink)


def _together(parts: list[Any]) -> Any:
    from scipy.sparse import csr_matrix, hstack  # see `_sparse`

    return hstack([csr_matrix(part) for part in parts], format="csr")


def _parts(columns: list[Floats], sizes: list[int]) -> list[Floats]:
    """The plain inputs, and what follows them in tables of these sizes."""
    together = np.column_stack(columns)
    return np.split(together, np.cumsum([len(together) - sum(sizes), *sizes])[:-1])


def _common(found: Any, least: int = _LEAST_TEXTS) -> Places:
    return np.flatnonzero(np.asarray((found > 0).sum(axis=0)).ravel() >= least)


def _evened(found: Any) -> Any:
    """A text of many known words has no more to say than one of few."""
    from scipy.sparse import diags  # see `_sparse`

    many = np.asarray(found.sum(axis=1)).ravel()
    return diags(1 / np.sqrt(np.maximum(many, 1))) @ found
