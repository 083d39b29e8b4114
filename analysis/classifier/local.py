"""Learning from what people corrected: how this installation's comments are read and placed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import VERSION, linking, reader
from analysis.classifier.head import OUTCOMES, Learned, LocalHead, Shift, plain, probabilities
from analysis.classifier.judged import (
    Judged,
    as_sure,
    fit_places,
    fit_sentiment,
    held_out,
    judged,
    read_places,
    read_sentiment,
    sureness,
    tempered,
)
from analysis.classifier.reader import Whole
from analysis.classifier.sentiment import Floats
from analysis.classifier.shapes import Correction, HeldOut, Language, TouchpointSeed

# Below this nothing can be held out that would tell better from worse.
LEAST = 20
# A head has to be better by this many points of F1 on held-out corrections to be taken.
_BETTER = 0.5

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_DIRECTIONS = {"very_negative": -1, "negative": -1, "neutral": 0, "none": 0, "positive": 1, "very_positive": 1}
_PLACED_ODDS = np.log(linking.PLACED / (1 - linking.PLACED))

# F1 without what was learnt, and with it; None where too few were corrected to say.
Scores = tuple[float | None, float | None]
Said = Sequence[tuple[Correction, Whole]]


def learn(corrections: Sequence[Correction], touchpoints: Sequence[TouchpointSeed], *, seed: int = 0) -> Learned:
    """A head from corrections and what it is worth; parts that are not better on held-out ones are left out."""
    wholes = reader.wholes([one.text for one in corrections], [one.language for one in corrections])
    said = list(zip(corrections, wholes, strict=True))
    head, sentiment = _with_sentiment(LocalHead(VERSION), said, seed)
    head, places = _with_places(head, said, linking.linker_for(touchpoints), seed)
    texts = len({whole.text for whole in wholes})
    before, after = (HeldOut(texts, sentiment[i], places[i]) for i in (0, 1))
    # What is kept in half precision is what is used from the first day on.
    return Learned(LocalHead.load(head.dump()), before, after)


def _with_sentiment(head: LocalHead, said: Said, seed: int) -> tuple[LocalHead, Scores]:
    taken: dict[str, Shift] = {}
    answers, before, after = [], [], []
    for language in _LANGUAGES:
        rows = _directions(said, language)
        unlearnt = probabilities(rows.known[:, :OUTCOMES])
        better = better_sentiment(rows, seed)
        if better is not None:
            taken[language] = better[0]
        answers.append(rows.answers)
        before.append(unlearnt)
        after.append(unlearnt if better is None else better[1])
    everything = np.concatenate(answers)
    if len(everything) < LEAST:
        return head, (None, None)
    scores = macro_f1(everything, np.concatenate(before)), macro_f1(everything, np.concatenate(after))
    return replace(head, sentiment=taken), scores


def better_sentiment(rows: Judged, seed: int) -> tuple[Shift, Floats] | None:
    """What was learnt, as sure as it may be, and how held-out rows are read by it; None where that is no better."""
    if len(rows) < LEAST:
        return None
    learnt = held_out(rows, seed, fit_sentiment, read_sentiment)
    unlearnt = probabilities(rows.known[:, :OUTCOMES])
    if macro_f1(rows.answers, learnt) < macro_f1(rows.answers, unlearnt) + _BETTER:
        return None
    power = sureness(learnt, rows.answers)
    return as_sure(fit_sentiment(rows), power), tempered(learnt, power)


def _directions(said: Said, language: Language) -> Judged:
    """The latest judgement of every text."""
    latest = {
        whole.text: (plain(whole.likely[None], whole.told[None])[0], _DIRECTIONS[one.label])
        for one, whole in said
        if one.label in _DIRECTIONS and whole.language == language
    }
    known = np.array([known for known, _ in latest.values()]).reshape(len(latest), -1 if latest else OUTCOMES)
    return judged(list(latest), None, known, np.array([answer for _, answer in latest.values()], dtype=np.int64))


def macro_f1(answers: NDArray[np.int64], likely: Floats) -> float:
    """In %, over the outcomes that were said."""
    from sklearn.metrics import f1_score  # a heavy library: only where something is learnt

    read = likely.argmax(axis=1) - 1
    return round(100 * float(f1_score(answers, read, average="macro", labels=np.unique(answers), zero_division=0)), 1)


def _with_places(head: LocalHead, said: Said, linker: linking.Linker, seed: int) -> tuple[LocalHead, Scores]:
    rows = _placed(said, linker)
    if len(rows) < LEAST or not linker.keys:
        return head, (None, None)
    before = micro_f1(rows.answers, rows.known)
    better = better_places(rows, seed)
    if better is None:
        return head, (before, before)
    return replace(head, touchpoints=linker.keys, places=better[0]), (before, better[1])


def better_places(rows: Judged, seed: int) -> tuple[Shift, float] | None:
    """What was learnt, and its F1 on held-out rows; None where that is no better."""
    if len(rows) < LEAST:
        return None
    learnt = micro_f1(rows.answers, held_out(rows, seed, fit_places, read_places))
    return (fit_places(rows), learnt) if learnt >= micro_f1(rows.answers, rows.known) + _BETTER else None


def _placed(said: Said, linker: linking.Linker) -> Judged:
    """What a text was said to be about, all its corrections together."""
    about: dict[str, set[str]] = {}
    for one, whole in said:
        if one.touchpoint is not None and one.touchpoint in ("", *linker.keys):
            about.setdefault(whole.text, set()).add(one.touchpoint)
    answers = np.array([[key in named for key in linker.keys] for named in about.values()], dtype=np.int64)
    known, terms = linker.known(list(about))
    return judged(list(about), terms, known, answers.reshape(known.shape))


def micro_f1(answers: NDArray[np.int64], odds: Floats) -> float:
    """In %: touchpoints that are placed against those that were said."""
    placed, right = odds >= _PLACED_ODDS, answers > 0
    both = int((placed & right).sum())
    return round(200 * both / max(int(placed.sum()) + int(right.sum()), 1), 1)
