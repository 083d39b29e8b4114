"""The words of comments as people would name them: English words and pairs, Chinese words without a dictionary."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.batch import folded
from analysis.classifier.stemming import stem
from analysis.classifier.wordlists import small_words

_WORD = re.compile(r"[a-z]{2,}(?:'[a-z]+)?")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
# Characters no Chinese word that names a thing begins or ends with.
_HAN_SMALL = frozenset(
    "的了是我你他她它们这那有在也都就还又很太不没个和与及或把被给让对从到着过吗吧呢啊呀哦等才再更最只但而所以因为如果会能要可"
)
# Words that stand in comments about anything.
_HAN_COMMON = frozenset(
    re.findall("..", "时候情况问题感觉一样知道可以现在东西什么怎么一个一些已经比较非常觉得真的有点自己大家出现")
)
_HAN_LENGTHS = range(2, 5)
_LEAST_TIMES = 3
# How much more often the characters stand together than by chance, and how free what stands beside them is, in bits.
_COHESION, _FREEDOM = 2.0, 0.9
# A shorter word that mostly stands inside a longer one is a piece of it.
_PIECE = 0.7


@dataclass(frozen=True, slots=True)
class Wording:
    """`counts`: comments x words, sparse."""

    words: list[str]
    counts: Any

    def only(self, columns: NDArray[np.int64]) -> "Wording":
        return Wording([self.words[int(i)] for i in columns], self.counts[:, columns])


def found(texts: Sequence[str], language: str) -> Wording:
    """Words that stand in several comments; `language` "": of both languages."""
    read = [folded(text) for text in texts]
    spoken: list[list[str]] = [[] for _ in read]
    if language != "zh":
        spoken = [list(english(text)) for text in read]
        _shown_as_written(spoken, read)
    if language != "en":
        known = chinese_words(read)
        spoken = [words + list(_chinese(text, known)) for words, text in zip(spoken, read, strict=True)]
    return _counted(spoken)


def _counted(spoken: Sequence[Sequence[str]]) -> Wording:
    from scipy.sparse import csr_matrix  # heavy: only where themes are looked for

    words = sorted({word for one in spoken for word in one})
    column = {word: i for i, word in enumerate(words)}
    pairs = [(row, column[word]) for row, one in enumerate(spoken) for word in one]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Wording(words, csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(spoken), len(words))))


def english(text: str) -> Iterable[str]:
    """Stems of words that name something, and of pairs of such neighbours."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # see `_counted`

    small = ENGLISH_STOP_WORDS | small_words("english")
    words = [word.removesuffix("'s") for word in _WORD.findall(text)]
    stems = ["" if word in small or "'" in word or len(word) < 3 else stem(word) for word in words]
    yield from (one for one in stems if one)
    yield from (f"{one} {two}" for one, two in pairwise(stems) if one and two)


def _shown_as_written(spoken: list[list[str]], read: Sequence[str]) -> None:
    """In place of each stem the form in which it is written most."""
    forms: dict[str, Counter[str]] = {}
    for text in read:
        for word in _WORD.findall(text):
            plain = word.removesuffix("'s")
            forms.setdefault(stem(plain), Counter())[plain] += 1
    shown = {one: min(counts, key=lambda word: (-counts[word], word)) for one, counts in forms.items()}
    for row in spoken:
        row[:] = [" ".join(shown.get(part, part) for part in one.split()) for one in row]


def chinese_words(texts: Sequence[str]) -> frozenset[str]:
    """Runs of characters that keep together and stand freely among others: how new words are found."""
    runs = [run for text in texts for run in _HAN_RUN.findall(text)]
    times, before, behind = Counter[str](), dict[str, Counter[str]](), dict[str, Counter[str]]()
    for run in runs:
        _count(run, times, before, behind)
    total = sum(len(run) for run in runs)
    words = {
        word
        for word, many in times.items()
        if len(word) > 1 and many >= _LEAST_TIMES
        if not {word[0], word[-1]} & _HAN_SMALL and word not in _HAN_COMMON
        if _cohesion(word, times, total) >= _COHESION
        if min(_freedom(before[word], many), _freedom(behind[word], many)) >= _FREEDOM
    }
    return frozenset(word for word in words if not _is_piece(word, words, times))


def _count(run: str, times: Counter[str], before: dict[str, Counter[str]], behind: dict[str, Counter[str]]) -> None:
    for size in (1, *_HAN_LENGTHS):
        for start in range(len(run) - size + 1):
            word = run[start : start + size]
            times[word] += 1
            if size > 1:
                before.setdefault(word, Counter())[run[start - 1 : start] or f"^{start}"] += 1
                behind.setdefault(word, Counter())[run[start + size : start + size + 1] or "$"] += 1


def _cohesion(word: str, times: Counter[str], total: int) -> float:
    """Of the weakest joint: how many bits more often both sides stand together than by chance."""
    joints = (times[word[:i]] * times[word[i:]] for i in range(1, len(word)))
    return math.log2(times[word] * total / max(joints))


def _freedom(neighbours: Counter[str], many: int) -> float:
    """Entropy of what stands beside it; the edge of a sentence is free every time."""
    edge = sum(count for neighbour, count in neighbours.items() if neighbour[0] in "^$")
    inner = -sum(c / many * math.log2(c / many) for n, c in neighbours.items() if n[0] not in "^$")
    return inner + edge / many * max(math.log2(max(edge, 1)), 0.0)


def _is_piece(word: str, words: set[str], times: Counter[str]) -> bool:
    return any(word != other and word in other and times[other] >= _PIECE * times[word] for other in words)


def _chinese(text: str, known: frozenset[str]) -> Iterable[str]:
    """Each known word that stands in the text, the longest first from left to right."""
    for run in _HAN_RUN.findall(text):
        start = 0
        while start < len(run):
            sizes = (size for size in reversed(_HAN_LENGTHS) if run[start : start + size] in known)
            size = next(sizes, 0)
            if size:
                yield run[start : start + size]
            start += size or 1


def akin(one: str, other: str) -> bool:
    """One stands inside the other, or they share a word."""
    return one in other or other in one or bool(set(one.split()) & set(other.split()))
