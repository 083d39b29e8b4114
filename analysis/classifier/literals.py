"""Finds many fixed strings in a text at once: by hashes of the windows they begin with, then by their own hash."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.characters import Places
from analysis.classifier.words import Hashes, running, slots, spread_powers, stretches

# A string is looked for by its longest beginning of one of these sizes.
_SIZES = (1, 2, 3, 4, 6, 8)
# Of so many places of a sieve one is taken: hardly a wrong place passes.
_SPARSE, _LEAST_BITS = 64, 10


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """The beginnings of one size: a sieve that lets few others through, and the strings behind each."""

    size: int
    bits: int
    sieve: NDArray[np.bool_]
    hashes: Hashes
    firsts: Places
    strings: Places


class Literals:
    """Built once from strings that are not empty; knows where each stands in any text."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._lengths = np.array([len(string) for string in strings], dtype=np.int64)
        starts, sums = np.cumsum(self._lengths) - self._lengths, sums_of("".join(strings))
        self._hashes = stretches(sums, starts, starts + self._lengths)
        sizes = np.array(_SIZES)[np.searchsorted(_SIZES, self._lengths, side="right") - 1]
        hashes = stretches(sums, starts, starts + sizes)
        self._beginnings = [
            _beginnings(hashes, np.flatnonzero(sizes == size), size) for size in np.unique(sizes).tolist()
        ]

    def find(self, sums: Hashes) -> tuple[Places, Places]:
        """Where the strings stand in the text of these running sums, and which string it is."""
        found = [self._found(sums, beginnings) for beginnings in self._beginnings]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return np.concatenate([places for places, _ in found]), np.concatenate([strings for _, strings in found])

    def _found(self, sums: Hashes, beginnings: _Beginnings) -> tuple[Places, Places]:
        places = np.flatnonzero(beginnings.sieve.take(_slots_of_windows(sums, beginnings.size, beginnings.bits)))
        hashes = stretches(sums, places, places + beginnings.size)
        at = np.minimum(np.searchsorted(beginnings.hashes, hashes), len(beginnings.hashes) - 1)
        same = beginnings.hashes[at] == hashes
        places, at = places[same], at[same]
        many = beginnings.firsts[at + 1] - beginnings.firsts[at]
        offsets = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        strings = beginnings.strings[np.repeat(beginnings.firsts[at], many) + offsets]
        return self._verified(sums, np.repeat(places, many), strings)

    def _verified(self, sums: Hashes, places: Places, strings: Places) -> tuple[Places, Places]:
        inside = places + self._lengths[strings] < len(sums)
        places, strings = places[inside], strings[inside]
        same = stretches(sums, places, places + self._lengths[strings]) == self._hashes[strings]
        return places[same], strings[same]


def _slots_of_windows(sums: Hashes, size: int, bits: int) -> NDArray[np.int64]:
    """The slots of every stretch of a size, in as few passes over the text as it takes."""
    found: Hashes = sums[size:] - sums[: max(len(sums) - size, 0)]
    found *= spread_powers(len(sums))[: len(found)]
    found >>= np.uint64(64 - bits)
    return found.view(np.int64)


def _beginnings(hashes: Hashes, chosen: Places, size: int) -> _Beginnings:
    order = chosen[np.argsort(hashes[chosen], kind="stable")]
    unique, firsts = np.unique(hashes[order], return_index=True)
    bits = max(_LEAST_BITS, (_SPARSE * len(unique)).bit_length())
    sieve = np.zeros(1 << bits, dtype=bool)
    sieve[slots(unique, bits)] = True
    return _Beginnings(size, bits, sieve, unique, np.append(firsts, len(order)), order)


def sums_of(text: str) -> Hashes:
    """The running sums of a text, as `find` wants them."""
    return running(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32))
