"""Hashed words and runs of words for what an installation learns itself: rows of texts, columns of hashes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import batch, hashing, words
from analysis.classifier.characters import HAN
from analysis.classifier.hashing import Hashes

WIDTH = 2**20
# A run of words counts where nothing but a blank stands between them.
_REACH = 1
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Found:
    """`columns[i]` stands in text `rows[i]`; each pair once, by text."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    texts: int


def find(texts: Sequence[str]) -> Found:
    """Words and pairs; Chinese characters are words of their own and stand in threes too."""
    if not texts:
        return Found(np.zeros(0, np.int64), np.zeros(0, np.int64), 0)
    gathered = batch.gather(texts)
    one = words.find(gathered)
    text_of = np.searchsorted(gathered.ends, one.starts)
    han = (gathered.kinds[one.starts] & HAN) > 0
    sums = one.sums
    rows, hashed = [text_of], [columns(one.hashes, 1)]
    together = np.ones(len(one), dtype=bool)
    for size in range(2, _LONGEST + 1):
        together = _together(one, together, size)
        if size > 2:
            together &= han[: len(together)] & han[size - 1 :]
        firsts = np.flatnonzero(together)
        rows.append(text_of[firsts])
        hashed.append(columns(hashing.stretches(sums, one.starts[firsts], one.ends[firsts + size - 1]), size))
    pairs = np.unique(np.concatenate(rows) * WIDTH + np.concatenate(hashed))
    return Found(pairs // WIDTH, pairs % WIDTH, len(texts))


def _together(one: words.Words, before: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """Where a run of this size begins: a run one shorter, and its last word near the one before."""
    count = max(len(one) - size + 1, 0)
    near = one.starts[size - 1 :] - one.ends[size - 2 : len(one) - 1] <= _REACH
    return before[:count] & near[:count]


def columns(hashes: Hashes, salt: int) -> NDArray[np.int64]:
    """Hashes as columns; another salt, other columns."""
    return (hashing.mix(hashes, salt) % np.uint64(WIDTH)).astype(np.int64)
