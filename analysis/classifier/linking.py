"""Which touchpoint a clause speaks of, by the words of its name, its keywords and its description."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from analysis.classifier.english import stem
from analysis.classifier.head import LocalHead, Shift
from analysis.classifier.language import small_words
from analysis.classifier.normalise import normalise
from analysis.classifier.sentiment import Floats
from analysis.classifier.shapes import TouchpointSeed

# Below this confidence a mention stays unplaced and a person chooses between the two best.
PLACED = 0.5
# A second touchpoint in the same clause must be nearly as clear as the first.
_NEARLY = 0.45
_CANDIDATES = 2
# How fast weighed words make sure, and the least that is ever held for possible.
_STEEP, _LEAST_SURE = 1.4, 0.01
_NOTHING = 0.02

_KEYWORD, _NAME, _NAME_PART, _DESCRIPTION = 1.0, 1.2, 0.6, 0.25

_ENGLISH_WORD = re.compile(r"[a-z][a-z0-9']+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
# Joints between the words of a Chinese name or description.
_HAN_JOINT = re.compile(r"[的和与及或在是把被给向对从到了着过等并将由为]")


@dataclass(frozen=True, slots=True)
class Link:
    """`touchpoint` None: not placed, `candidates` are the best guesses, the better one first."""

    touchpoint: str | None
    candidates: tuple[str, ...]
    confidence: float


class Linker:
    """The touchpoints' own words, weighed: a word that several touchpoints share says little."""

    def __init__(self, touchpoints: Sequence[TouchpointSeed], head: LocalHead | None = None) -> None:
        self.keys = tuple(touchpoint.key for touchpoint in touchpoints)
        weighed = [_terms(touchpoint) for touchpoint in touchpoints]
        shared = Counter(term for terms in weighed for term in terms)
        self._chinese: list[tuple[str, int, float]] = []
        self._words: dict[str, list[tuple[int, float]]] = {}
        self._phrases: dict[str, list[tuple[str, int, float]]] = {}
        for column, terms in enumerate(weighed):
            for term, weight in terms.items():
                self._keep(column, term, weight / math.sqrt(shared[term]))
        self._shift = _fitting(head, self.keys)

    def _keep(self, column: int, term: str, weight: float) -> None:
        if not term.isascii():
            self._chinese.append((term, column, weight))
        elif " " in term:
            self._phrases.setdefault(term.split(maxsplit=1)[0], []).append((term, column, weight))
        else:
            self._words.setdefault(term, []).append((column, weight))

    def links(self, texts: Sequence[str]) -> list[list[Link]]:
        """Of each text: one link for each touchpoint it clearly names; otherwise a single unplaced one."""
        if not self.keys:
            return [[Link(None, (), 0.0)] for _ in texts]
        found = self.log_odds(texts)
        if self._shift is not None:
            found = shifted(found, self._shift, texts)
        return [self._chosen(row) for row in _sure(found)]

    def _chosen(self, sure: Floats) -> list[Link]:
        ranked = sorted((i for i in range(len(sure)) if sure[i] > _NOTHING), key=lambda i: (-sure[i], self.keys[i]))
        best = sure[ranked[0]] if ranked else 0.0
        placed = [i for i in ranked if sure[i] >= PLACED and _score(sure[i]) >= _NEARLY * _score(best)]
        if placed:
            return [Link(self.keys[i], (), round(float(sure[i]), 3)) for i in placed]
        guesses = tuple(self.keys[i] for i in ranked[:_CANDIDATES])
        return [Link(None, guesses, round(float(best), 3))]

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """By the touchpoints' own words: a row a text, a column a touchpoint."""
        scores = np.zeros((len(texts), len(self.keys)))
        for row, text in enumerate(texts):
            self._add_chinese(text, scores[row])
            self._add_english(text, scores[row])
        sure = np.clip(1 - np.exp(-_STEEP * scores), _LEAST_SURE, 1 - _LEAST_SURE)
        found: Floats = np.log(sure / (1 - sure))
        return found

    def _add_chinese(self, text: str, scores: Floats) -> None:
        for term, column, weight in self._chinese:
            if term in text:
                scores[column] += weight

    def _add_english(self, text: str, scores: Floats) -> None:
        stems = _stems(text)
        spaced = f" {' '.join(stems)} "
        for word in dict.fromkeys(stems):
            for column, weight in self._words.get(word, ()):
                scores[column] += weight
            for phrase, column, weight in self._phrases.get(word, ()):
                if f" {phrase} " in spaced:
                    scores[column] += weight


def linker_for(touchpoints: Sequence[TouchpointSeed], head: LocalHead | None = None) -> Linker:
    """The same linker for the same touchpoints: preparing one takes longer than linking a comment."""
    frozen = tuple((one.key, tuple(sorted(one.name.items())), one.description, one.keywords) for one in touchpoints)
    return _kept(frozen, _Same(head))


class _Same:
    """Heads count as the same only when they are the same object."""

    def __init__(self, head: LocalHead | None) -> None:
        self.head = head

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.head is other.head

    def __hash__(self) -> int:
        return id(self.head)


@lru_cache(maxsize=8)
def _kept(frozen: tuple[Any, ...], same: _Same) -> Linker:
    return Linker([TouchpointSeed(key, dict(name), *rest) for key, name, *rest in frozen], same.head)


def _fitting(head: LocalHead | None, keys: tuple[str, ...]) -> Shift | None:
    """What was learnt of these touchpoints; one that is new since then is read by its own words."""
    if head is None or head.places is None:
        return None
    known = {key: column for column, key in enumerate(head.touchpoints)}
    columns = [known.get(key, len(known)) for key in keys]
    padded = [np.pad(part, ((0, 0), (0, 1)))[:, columns] for part in (head.places.base, head.places.words)]
    return Shift(padded[0], head.places.places, padded[1])


def shifted(known: Floats, shift: Shift, texts: Sequence[str]) -> Floats:
    """Log-odds of touchpoints with what was learnt added."""
    moved = [place_inputs(column) @ base for column, base in zip(known.T, shift.base.T, strict=True)]
    found: Floats = known + np.column_stack(moved) + shift.of_words(texts)
    return found


def place_inputs(known: Floats) -> Floats:
    """What is weighed beside the words of a text: what the touchpoint's own words say of it."""
    return np.column_stack([known, np.ones(len(known))])


def _sure(log_odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return found


def _score(sure: float) -> float:
    return -math.log(max(1 - sure, _LEAST_SURE)) / _STEEP


@lru_cache(maxsize=100_000)
def _known_stem(word: str) -> str:
    return stem(word)


def _stems(text: str) -> list[str]:
    return [_known_stem(word) for word in _ENGLISH_WORD.findall(text)]


def _terms(touchpoint: TouchpointSeed) -> dict[str, float]:
    """Every term with its best weight; where a longer term contains a shorter one, both count."""
    terms: dict[str, float] = {}
    for text, whole, part in _texts(touchpoint):
        for term, weight in _weighed(normalise(text).text.strip(), whole, part):
            terms[term] = max(terms.get(term, 0.0), weight)
    return terms


def _texts(touchpoint: TouchpointSeed) -> Iterable[tuple[str, float, float]]:
    """Each text of a touchpoint with the weight of the whole of it, and of its parts."""
    for name in touchpoint.name.values():
        yield name, _NAME, _NAME_PART
    for keyword in touchpoint.keywords:
        yield keyword, _KEYWORD, 0.0
    yield touchpoint.description, 0.0, _DESCRIPTION


def _weighed(text: str, whole: float, part: float) -> Iterable[tuple[str, float]]:
    stems = _stems(text)
    if whole and stems and text.isascii():
        yield " ".join(stems), whole
    if whole and text and not text.isascii():
        yield text, whole
    for word in _ENGLISH_WORD.findall(text):
        if part and word not in small_words("no_topic"):
            yield _known_stem(word), part
    for run in _HAN_RUN.findall(text):
        yield from ((piece, part) for piece in _pieces(run) if part)


def _pieces(run: str) -> Iterable[str]:
    """Chinese writes no spaces: the parts between joints, and the halves of a four-character name."""
    for piece in _HAN_JOINT.split(run):
        if 2 <= len(piece) <= 6:
            yield piece
        if len(piece) == 4:
            yield from (piece[:2], piece[2:])
