"""Finds many fixed strings in a text at once: by hashes of the windows they begin with, then by their own hash."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.characters import Places
from analysis.classifier.hashing import Hashes, running, slots, spread_powers, stretches

# A string is looked for by its longest beginning of one of these sizes.
_SIZES = (1, 2, 3, 4, 6, 8)
# Of so many places of a sieve one is taken: hardly a wrong place passes.
_SPARSE, _LEAST_BITS = 32, 10


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """The beginnings of one size: a sieve that lets few others through, and which group of strings a slot is of."""

    size: int
    bits: int
    sieve: NDArray[np.bool_]
    groups: NDArray[np.int32]


class Literals:
    """Built once from strings that are not empty; knows where each stands in any text."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._lengths = np.array([len(string) for string in strings], dtype=np.int64)
        starts, sums = np.cumsum(self._lengths) - self._lengths, sums_of("".join(strings))
        self._hashes = stretches(sums, starts, starts + self._lengths)
        sizes = np.array(_SIZES)[np.searchsorted(_SIZES, self._lengths, side="right") - 1]
        beginnings = stretches(sums, starts, starts + sizes)
        self._beginnings, self._strings, self._firsts = _grouped(beginnings, sizes)

    def find(self, sums: Hashes) -> tuple[Places, Places]:
        """Where the strings stand in the text of these running sums, and which string it is."""
        places, groups = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
        for one in self._beginnings:
            slots_ = _slots_of_windows(sums, one.size, one.bits)
            here = np.flatnonzero(one.sieve.take(slots_))
            places.append(here)
            groups.append(one.groups.take(slots_.take(here)))
        return self._verified(sums, np.concatenate(places), np.concatenate(groups))

    def _verified(self, sums: Hashes, places: Places, groups: NDArray[np.int32]) -> tuple[Places, Places]:
        """Each string of a group is looked at by itself: its hash tells whether it stands there."""
        firsts = self._firsts.take(groups)
        many = self._firsts.take(groups + 1) - firsts
        places = np.repeat(places, many)
        strings = self._strings.take(np.repeat(firsts - np.cumsum(many) + many, many) + np.arange(len(places)))
        ends = places + self._lengths.take(strings)
        inside = ends < len(sums)
        if not inside.all():
            places, strings, ends = places[inside], strings[inside], ends[inside]
        same = np.flatnonzero(stretches(sums, places, ends) == self._hashes.take(strings))
        return places.take(same), strings.take(same)


def _grouped(hashes: Hashes, sizes: Places) -> tuple[list[_Beginnings], Places, Places]:
    """Strings whose beginnings share a slot are a group; all strings, group by group, and the first of each."""
    found, strings, firsts = list[_Beginnings](), [np.zeros(0, dtype=np.int64)], [0]
    for size in np.unique(sizes).tolist():
        chosen = np.flatnonzero(sizes == size)
        bits = max(_LEAST_BITS, (_SPARSE * len(np.unique(hashes[chosen]))).bit_length())
        held = slots(hashes[chosen], bits)
        used, many = np.unique(held, return_counts=True)
        groups = np.zeros(1 << bits, dtype=np.int32)
        groups[used] = np.arange(len(used)) + len(firsts) - 1
        sieve = np.zeros(1 << bits, dtype=bool)
        sieve[used] = True
        found.append(_Beginnings(size, bits, sieve, groups))
        strings.append(chosen[np.argsort(held, kind="stable")])
        firsts += (firsts[-1] + np.cumsum(many)).tolist()
    return found, np.concatenate(strings), np.array(firsts)


def _slots_of_windows(sums: Hashes, size: int, bits: int) -> NDArray[np.int64]:
    """The slots of every stretch of a size, in as few passes over the text as it takes."""
    found: Hashes = sums[size:] - sums[: max(len(sums) - size, 0)]
    found *= spread_powers(len(sums))[: len(found)]
    found >>= np.uint64(64 - bits)
    return found.view(np.int64)


def sums_of(text: str) -> Hashes:
    """The running sums of a text, as `find` wants them."""
    return running(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32))
