"""Learning from what people corrected: how this installation's comments are read and placed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import VERSION, linking, ngrams, reader, ridge
from analysis.classifier.head import Learned, LocalHead, Shift, log_odds, probabilities, stage_inputs, stage_shift
from analysis.classifier.reader import Whole
from analysis.classifier.sentiment import Floats
from analysis.classifier.shapes import Correction, HeldOut, TouchpointSeed

Marks = NDArray[np.bool_]

# Below this nothing can be held out that would tell better from worse.
_LEAST = 20
_FOLDS = 5
# A head has to be better by this many points of F1 on held-out corrections to be taken.
_BETTER = 0.5
# How hard words, and the plain inputs beside them, are held to "nothing is different here".
_SHRINK_WORDS, _SHRINK_BASE = 0.15, 1.0
# A word of a single comment is not learnt from: it could be somebody's own.
_LEAST_TEXTS = 2

_DIRECTIONS = {"very_negative": -1, "negative": -1, "neutral": 0, "none": 0, "positive": 1, "very_positive": 1}


@dataclass(frozen=True, slots=True)
class _Judged:
    """Texts of one kind with what is known of them and what people said: rows in step."""

    texts: list[str]
    found: Any  # sparse: texts x hashed words
    known: Floats  # log-odds before learning
    answers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    def only(self, rows: Any) -> "_Judged":
        texts = [self.texts[int(i)] for i in np.arange(len(self))[rows]]
        return _Judged(texts, self.found[rows], self.known[rows], self.answers[rows])


def learn(corrections: Sequence[Correction], touchpoints: Sequence[TouchpointSeed], *, seed: int = 0) -> Learned:
    """A head from corrections and what it is worth; parts that are not better on held-out ones are left out."""
    wholes = reader.wholes([one.text for one in corrections], [one.language for one in corrections])
    head = LocalHead(VERSION)
    head, sentiment = _with_sentiment(head, corrections, wholes, seed)
    head, places = _with_places(head, corrections, wholes, touchpoints, seed)
    texts = len({whole.text for whole in wholes})
    before, after = (HeldOut(texts, sentiment[i], places[i]) for i in (0, 1))
    return Learned(head, before, after)


Scores = tuple[float | None, float | None]


def _with_sentiment(
    head: LocalHead, corrections: Sequence[Correction], wholes: Sequence[Whole], seed: int
) -> tuple[LocalHead, Scores]:
    taken: dict[str, Shift] = {}
    answers, before, after = [], [], []
    for language in ("en", "zh"):
        judged = _directions(corrections, wholes, language)
        if not len(judged):
            continue
        plain, held = probabilities(judged.known), _held_out(judged, seed, _fit_sentiment, _read_sentiment)
        better = held is not None and _macro(judged.answers, held) >= _macro(judged.answers, plain) + _BETTER
        if better:
            taken[language] = _fit_sentiment(judged)
        answers.append(judged.answers)
        before.append(plain)
        after.append(held if better else plain)
    if not answers:
        return head, (None, None)
    said = np.concatenate(answers)
    scores = _macro(said, np.concatenate(before)), _macro(said, np.concatenate(after))
    return replace(head, sentiment=taken), scores


def _directions(corrections: Sequence[Correction], wholes: Sequence[Whole], language: str) -> _Judged:
    """The latest judgement of every text."""
    latest = {
        whole.text: (whole, _DIRECTIONS[one.label])
        for one, whole in zip(corrections, wholes, strict=True)
        if one.label in _DIRECTIONS and whole.language == language
    }
    texts = list(latest)
    known = log_odds(np.array([whole.likely for whole, _ in latest.values()]).reshape(-1, 3))
    return _Judged(texts, _sparse(texts), known, np.array([answer for _, answer in latest.values()], dtype=np.int64))


def _sparse(texts: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix  # loaded with scikit-learn, only where something is learnt

    found = ngrams.find(texts)
    ones = np.ones(len(found.rows))
    return csr_matrix((ones, (found.rows, found.columns)), shape=(found.texts, ngrams.WIDTH))


def _held_out(judged: _Judged, seed: int, fit: Callable[[_Judged], Any], use: Callable[[Any, _Judged], Floats]) -> Any:
    """What is read of every row by what was learnt from the others; None where there are too few."""
    if len(judged) < _LEAST:
        return None
    folds = np.random.default_rng(seed).permutation(len(judged)) % _FOLDS
    parts = [use(fit(judged.only(folds != fold)), judged.only(folds == fold)) for fold in range(_FOLDS)]
    back = np.argsort(np.concatenate([np.flatnonzero(folds == fold) for fold in range(_FOLDS)]))
    return np.concatenate(parts)[back]


def _fit_sentiment(judged: _Judged) -> Shift:
    places = _common(judged.found)
    opinion = _fit_stage(judged, 0, judged.answers != 0, places)
    direction = _fit_stage(judged.only(judged.answers != 0), 1, judged.answers[judged.answers != 0] > 0, places)
    both = np.column_stack([opinion, direction])
    inputs = both.shape[0] - len(places)
    return Shift(both[:inputs], places, both[inputs:])


def _fit_stage(judged: _Judged, column: int, yes: Marks, places: NDArray[np.int64]) -> Floats:
    return _fit_shift(judged.known[:, column], stage_inputs(judged.known, column), judged.found[:, places], yes)


def _fit_shift(known: Floats, base: Floats, found: Any, yes: Marks) -> Floats:
    from scipy.sparse import csr_matrix, hstack  # see `_sparse`

    width = base.shape[1] + found.shape[1]
    if len(np.unique(yes)) < 2:
        return np.zeros(width)
    shrink = np.full(width, _SHRINK_WORDS)
    shrink[: base.shape[1]] = _SHRINK_BASE
    inputs = hstack([csr_matrix(base), _evened(found)], format="csr")
    return ridge.fit(known, inputs, yes, ridge.balanced(yes), shrink)


def _evened(found: Any) -> Any:
    """A text of many known words has no more to say than one of few."""
    from scipy.sparse import diags  # see `_sparse`

    many = np.asarray(found.sum(axis=1)).ravel()
    return diags(1 / np.sqrt(np.maximum(many, 1))) @ found


def _common(found: Any) -> NDArray[np.int64]:
    return np.flatnonzero(np.asarray((found > 0).sum(axis=0)).ravel() >= _LEAST_TEXTS)


def _read_sentiment(shift: Shift, judged: _Judged) -> Floats:
    return probabilities(judged.known + stage_shift(shift, judged.known, shift.of_words(judged.texts)))


def _macro(answers: NDArray[np.int64], likely: Floats) -> float:
    from sklearn.metrics import f1_score  # see `_sparse`

    read = likely.argmax(axis=1) - 1
    return round(100 * float(f1_score(answers, read, average="macro", labels=np.unique(answers), zero_division=0)), 1)


def _with_places(
    head: LocalHead,
    corrections: Sequence[Correction],
    wholes: Sequence[Whole],
    touchpoints: Sequence[TouchpointSeed],
    seed: int,
) -> tuple[LocalHead, Scores]:
    linker = linking.linker_for(touchpoints)
    judged = _placed(corrections, wholes, linker)
    if not len(judged):
        return head, (None, None)
    plain = _micro(judged.answers, judged.known)
    held = _held_out(judged, seed, _fit_places, _read_places)
    learnt = plain if held is None else _micro(judged.answers, held)
    if held is None or learnt < plain + _BETTER:
        return head, (plain, plain)
    return replace(head, touchpoints=linker.keys, places=_fit_places(judged)), (plain, learnt)


def _placed(corrections: Sequence[Correction], wholes: Sequence[Whole], linker: linking.Linker) -> _Judged:
    """What a text was said to be about, all its corrections together."""
    about: dict[str, set[str]] = {}
    for one, whole in zip(corrections, wholes, strict=True):
        if one.touchpoint is not None and one.touchpoint in ("", *linker.keys):
            about.setdefault(whole.text, set()).add(one.touchpoint)
    texts = list(about)
    answers = np.array([[key in said for key in linker.keys] for said in about.values()], dtype=np.int64)
    return _Judged(texts, _sparse(texts), linker.log_odds(texts), answers.reshape(len(texts), len(linker.keys)))


def _fit_places(judged: _Judged) -> Shift:
    places = _common(judged.found)
    columns = [
        _fit_shift(known, linking.place_inputs(known), judged.found[:, places], answers > 0)
        for known, answers in zip(judged.known.T, judged.answers.T, strict=True)
    ]
    both = np.column_stack(columns)
    inputs = both.shape[0] - len(places)
    return Shift(both[:inputs], places, both[inputs:])


def _read_places(shift: Shift, judged: _Judged) -> Floats:
    return linking.shifted(judged.known, shift, judged.texts)


def _micro(answers: NDArray[np.int64], log_odds_of: Floats) -> float:
    said, right = log_odds_of >= 0, answers > 0
    both = int((said & right).sum())
    return round(200 * both / max(int(said.sum()) + int(right.sum()), 1), 1)
