"""The words of a batch as arrays: where each stands, and a hash that is the same wherever the word stands."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.batch import Batch
from analysis.classifier.characters import FIGURE, HAN, LATIN, SIGN, Codes, Places
from analysis.classifier.hashing import Distinct, Hashes, distinct, running, stretches
from analysis.classifier.wordlists import bit, lists_of

_APOSTROPHE = ord("'")
_SPOKEN_MARKS = tuple(map(ord, "!?"))


@dataclass(frozen=True)
class Words:
    """Latin words with their apostrophes and figures; Chinese characters, emoji, ! and ? are words of their own."""

    starts: Places
    ends: Places
    hashes: Hashes
    sums: Hashes  # running sums of the whole text

    def __len__(self) -> int:
        return len(self.starts)

    def ending(self, codes: Codes, letters: str) -> NDArray[np.bool_]:
        """Which of the words end so."""
        firsts = self.distinct.firsts
        ends, found = self.ends[firsts], self.ends[firsts] >= len(letters)
        for step, letter in enumerate(reversed(letters), start=1):
            found &= codes[ends - step] == ord(letter)
        return found[self.distinct.which]

    @cached_property
    def distinct(self) -> "Distinct":
        """Comments repeat few words many times: what is known of a word is looked up once for all places."""
        return distinct(self.hashes)

    @cached_property
    def _lists(self) -> NDArray[np.int64]:
        return lists_of(self.hashes[self.distinct.firsts])[self.distinct.which]

    def are(self, *lists: str) -> NDArray[np.bool_]:
        """Which of the words stand in any of these lists."""
        found: NDArray[np.bool_] = self._lists & sum(bit(one) for one in lists) > 0
        return found


def find(batch: Batch) -> Words:
    inside = batch.kinds & (LATIN | FIGURE) > 0
    quotes = np.flatnonzero(batch.codes[1:-1] == _APOSTROPHE) + 1
    inside[quotes[(batch.kinds[quotes - 1] & batch.kinds[quotes + 1] & LATIN) > 0]] = True
    single = batch.kinds & (HAN | SIGN) > 0
    for mark in _SPOKEN_MARKS:
        single |= batch.codes == mark
    begins, finishes = inside.copy(), inside.copy()
    begins[1:] &= ~inside[:-1]
    finishes[:-1] &= ~inside[1:]
    starts, ends = np.flatnonzero(begins | single), np.flatnonzero(finishes | single) + 1
    sums = running(batch.codes)
    return Words(starts, ends, stretches(sums, starts, ends), sums)
