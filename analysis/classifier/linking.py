"""Which touchpoint a clause speaks of, by the words of its name, its keywords and its description."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.classifier.english import stem
from analysis.classifier.language import small_words
from analysis.classifier.normalise import normalise
from analysis.classifier.shapes import TouchpointSeed

# Below this confidence a mention stays unplaced and a person chooses between the two best.
PLACED = 0.5
# A second touchpoint in the same clause must be nearly as clear as the first.
_NEARLY = 0.45
_CANDIDATES = 2

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

    def __init__(self, touchpoints: Sequence[TouchpointSeed]) -> None:
        weighed = [(touchpoint.key, _terms(touchpoint)) for touchpoint in touchpoints]
        shared = Counter(term for _, terms in weighed for term in terms)
        self._chinese: list[tuple[str, str, float]] = []
        self._words: dict[str, list[tuple[str, float]]] = {}
        self._phrases: dict[str, list[tuple[str, str, float]]] = {}
        for key, terms in weighed:
            for term, weight in terms.items():
                self._keep(key, term, weight / math.sqrt(shared[term]))

    def _keep(self, key: str, term: str, weight: float) -> None:
        if not term.isascii():
            self._chinese.append((term, key, weight))
        elif " " in term:
            self._phrases.setdefault(term.split(maxsplit=1)[0], []).append((term, key, weight))
        else:
            self._words.setdefault(term, []).append((key, weight))

    def links(self, clause: str) -> list[Link]:
        """One link for each touchpoint the clause clearly names; otherwise a single unplaced one."""
        ranked = self._ranked(clause)
        best = ranked[0][1] if ranked else 0.0
        placed = [
            Link(key, (), round(confidence, 3))
            for key, score in ranked
            if (confidence := _confidence(score)) >= PLACED and score >= _NEARLY * best
        ]
        if placed:
            return placed
        return [Link(None, tuple(key for key, _ in ranked[:_CANDIDATES]), round(_confidence(best), 3))]

    def _ranked(self, clause: str) -> list[tuple[str, float]]:
        scores: dict[str, float] = defaultdict(float)
        for term, key, weight in self._chinese:
            if term in clause:
                scores[key] += weight
        self._add_english(clause, scores)
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))

    def _add_english(self, clause: str, scores: dict[str, float]) -> None:
        stems = _stems(clause)
        spaced = f" {' '.join(stems)} "
        for word in dict.fromkeys(stems):
            for key, weight in self._words.get(word, ()):
                scores[key] += weight
            for phrase, key, weight in self._phrases.get(word, ()):
                if f" {phrase} " in spaced:
                    scores[key] += weight


def _confidence(score: float) -> float:
    return 1 - math.exp(-1.4 * score)


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
