"""Small helpers for arrays: quotients without holes, runs of equal keys, factors of columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bits = NDArray[np.uint64]

TINY = 1e-9
GRID = float(1 << 20)  # sums of multiples of 2^-20 are exact in any order, up to 2^33


def on_grid(values: Floats) -> Floats:
    """Rounded, so that adding and taking away again leaves nothing behind."""
    return np.asarray(np.rint(values * GRID) / GRID)


def ratio(above: Floats, below: Floats, otherwise: float | Floats = 0.0) -> Floats:
    """above / below, and `otherwise` where below is not positive."""
    shape = np.broadcast_shapes(above.shape, below.shape, np.shape(otherwise))
    out = np.array(np.broadcast_to(otherwise, shape), dtype=np.float64)
    np.divide(above, below, out=out, where=np.broadcast_to(below > TINY, shape))
    return out


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows that lie together because their keys are equal; the keys must be sorted."""

    starts: Ints
    number: Ints

    @classmethod
    def of(cls, *keys: Ints) -> "Runs":
        n = len(keys[0])
        new = np.zeros(n, dtype=np.bool_)
        new[:1] = True
        for key in keys:
            new[1:] |= key[1:] != key[:-1]
        return cls(np.flatnonzero(new), np.cumsum(new) - 1)

    def __len__(self) -> int:
        return len(self.starts)

    def total(self, values: Floats) -> Floats:
        return np.add.reduceat(values, self.starts) if len(self) else np.zeros(0)

    def lowest(self, values: Floats) -> Floats:
        return np.minimum.reduceat(values, self.starts) if len(self) else np.zeros(0)

    def highest(self, values: Floats) -> Floats:
        return np.maximum.reduceat(values, self.starts) if len(self) else np.zeros(0)

    def before(self, values: Floats) -> Floats:
        """Running sum inside the run, the row itself left out."""
        running = np.cumsum(values) - values
        return running - running[self.starts][self.number]


def codes_of(values: Sequence[str]) -> tuple[Ints, tuple[str, ...]]:
    """Codes into a sorted vocabulary, so that they do not depend on the order of the rows; empty is -1."""
    words = sorted(set(values) - {""})
    number = {word: code for code, word in enumerate(words)} | {"": -1}
    return np.fromiter((number[value] for value in values), np.int64, len(values)), tuple(words)


def commonest(codes: Ints, words: tuple[str, ...], most: int) -> tuple[Ints, tuple[str, ...]]:
    """The same with rare words unknown: they are too few to be tested, and each would cost room."""
    if len(words) <= most:
        return codes, words
    often = np.argsort(-np.bincount(codes[codes >= 0], minlength=len(words)), kind="stable")
    kept = np.sort(often[:most])
    number = np.full(len(words) + 1, -1)  # the last place is that of the unknown, -1
    number[kept] = np.arange(most)
    return number[codes], tuple(words[code] for code in kept)
