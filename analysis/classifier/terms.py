"""Finds many terms in a batch at once: Chinese ones as they stand, English ones by the stems of their words."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from analysis.classifier.batch import Batch
from analysis.classifier.characters import HAN, LATIN, Places
from analysis.classifier.hashing import Hashes, Index, Remembered, hashed, indexed, mix
from analysis.classifier.literals import Literals
from analysis.classifier.stemming import stem
from analysis.classifier.words import Words

# So many different words of a language of comments are remembered with their stems.
_REMEMBERED = 200_000
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")


_STEMS = Remembered(_REMEMBERED)


def _stems(batch: Batch, found: Words) -> Hashes:
    """Of the different words; what does not end in a letter has no ending to lose."""
    firsts = found.distinct.firsts
    stems = found.hashes[firsts]
    inflected = np.flatnonzero(batch.kinds[found.ends[firsts] - 1] & LATIN)
    chosen = firsts[inflected]

    def work_out(new: Places) -> Hashes:
        spans = zip(found.starts[chosen[new]].tolist(), found.ends[chosen[new]].tolist(), strict=True)
        return np.array([hashed(stem(batch.text[start:end])) for start, end in spans], dtype=np.uint64)

    if len(inflected):
        stems[inflected] = _STEMS.rows(stems[inflected], work_out)
    return stems


class Terms:
    """Built once from terms that are not empty; ASCII ones are stems with one blank between them."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._chinese = np.array([i for i, term in enumerate(terms) if not term.isascii()], dtype=np.int64)
        self._literals = Literals([terms[i] for i in self._chinese])
        self._in_han = all(_HAN.search(terms[i]) for i in self._chinese)
        self._lengths = np.array([len(terms[i]) for i in self._chinese], dtype=np.int64)
        split = {i: term.split() for i, term in enumerate(terms) if term.isascii()}
        self._phrases = [
            _Phrases(size, {i: parts for i, parts in split.items() if len(parts) == size})
            for size in sorted({len(parts) for parts in split.values()})
        ]
        self._begin = indexed({parts[0] for parts in split.values() if parts})

    def find(self, batch: Batch, found: Words, starts: Places, ends: Places) -> tuple[Places, Places]:
        """Pairs of a stretch of the batch and a term that stands in it, each pair once, in rising order."""
        rows = [self._find_chinese(batch, found), *self._find_english(batch, found)]
        places, until, terms = (np.concatenate(parts) for parts in zip(*rows, strict=True))
        stretches = np.searchsorted(starts, places, side="right") - 1
        inside = (stretches >= 0) & (until <= ends[stretches])
        pairs = np.unique(stretches[inside] << 32 | terms[inside])
        return pairs >> 32, pairs & 0xFFFFFFFF

    def _find_chinese(self, batch: Batch, found: Words) -> tuple[Places, Places, Places]:
        if not len(self._chinese) or (self._in_han and not (batch.kinds & HAN).any()):
            return (np.zeros(0, dtype=np.int64),) * 3
        places, literals = self._literals.find(found.sums)
        return places, places + self._lengths[literals], self._chinese[literals]

    def _find_english(self, batch: Batch, found: Words) -> Iterator[tuple[Places, Places, Places]]:
        if self._phrases and len(found):
            each, which = _stems(batch, found), found.distinct.which
            stems, begins = each[which], np.flatnonzero(self._begin.among(each)[which])
            for one in self._phrases:
                places, terms = one.find(stems, begins)
                yield found.starts[places], found.ends[places + one.size - 1], terms


class _Phrases:
    """All English terms of so many words."""

    def __init__(self, size: int, phrases: dict[int, list[str]]) -> None:
        self.size = size
        joined = {
            i: _joined([np.array([hashed(part)], dtype=np.uint64) for part in parts])[0] for i, parts in phrases.items()
        }
        self._terms = np.array(list(joined), dtype=np.int64)
        self._index = Index(np.array(list(joined.values()), dtype=np.uint64))

    def find(self, stems: Hashes, begins: Places) -> tuple[Places, Places]:
        """Where they stand, counted in words, and which term it is; `begins`: words that some term begins with."""
        begins = begins[begins <= len(stems) - self.size]
        at = self._index.places(_joined([stems[begins + step] for step in range(self.size)]))
        found = np.flatnonzero(at >= 0)
        return begins[found], self._terms[at[found]]


def _joined(stems: Sequence[Hashes]) -> Hashes:
    """One hash for stems that stand one behind the other."""
    found, *others = stems
    for step, one in enumerate(others, start=1):
        found = mix(found, step) + one
    return found
