"""Hashes that are the same wherever a stretch of text stands, and what finds them among known ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.characters import Codes, Places

Hashes = NDArray[np.uint64]

_ROOM = 4  # slots for each hash of an index

# An odd base has an inverse modulo 2**64: a stretch is hashed from the running sums at its two ends.
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 2**64)
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_MIXER_A, _MIXER_B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Distinct:
    """Where each different hash stands first among many (`firsts`), and which of these each one is (`which`)."""

    firsts: Places
    which: Places


def distinct(hashes: Hashes) -> Distinct:
    """Without sorting them: one slot a hash; the few that find theirs taken are told apart by themselves."""
    bits = max(10, (4 * len(hashes)).bit_length())
    held = slots(hashes, bits)
    holders = np.empty(1 << bits, dtype=np.int64)
    holders[held[::-1]] = np.arange(len(hashes) - 1, -1, -1)
    stands_for = holders[held]
    crowded = np.flatnonzero(hashes[stands_for] != hashes)
    if len(crowded):
        _, firsts, which = np.unique(hashes[crowded], return_index=True, return_inverse=True)
        stands_for[crowded] = crowded[firsts[which]]
    first = stands_for == np.arange(len(hashes))
    return Distinct(np.flatnonzero(first), (np.cumsum(first) - 1)[stands_for])


def running(codes: Codes) -> Hashes:
    """Sums of codes times powers of the base: a stretch is the difference of two, whatever stands around it."""
    sums = np.empty(len(codes) + 1, dtype=np.uint64)
    sums[0] = 0
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * _powers(_BASE, len(codes)), out=sums[1:])
    return sums


def stretches(sums: Hashes, starts: Places, ends: Places) -> Hashes:
    """The hashes of stretches of a text from its running sums."""
    found: Hashes = (sums.take(ends) - sums.take(starts)) * _powers(_INVERSE, len(sums)).take(starts)
    return found


def windows(sums: Hashes, size: int) -> Hashes:
    """The hashes of every stretch of this size, one for each place it may begin at."""
    count = max(len(sums) - size, 0)
    found: Hashes = (sums[size:] - sums[:count]) * _powers(_INVERSE, len(sums))[:count]
    return found


def hashed(word: str) -> int:
    """The hash of one word, as `find` would give it."""
    codes = np.frombuffer(word.encode("utf-32-le"), dtype=np.uint32)
    return int(running(codes)[-1])


class Index:
    """Finds hashes among known ones, with one look each but for the few that share a slot."""

    def __init__(self, known: Hashes) -> None:
        self._known = np.zeros(1, dtype=np.uint64)
        self._lay_out(known)

    def __len__(self) -> int:
        return len(self._known) - 1

    def add(self, more: Hashes) -> None:
        """They differ from each other and from all known ones."""
        if _ROOM * (len(self) + len(more)) < len(self._slots):
            self._place(more)
        else:
            self._lay_out(np.append(self._known[1:], more))

    def _lay_out(self, known: Hashes) -> None:
        self._bits = max(10, (2 * _ROOM * len(known)).bit_length())
        self._slots = np.zeros(1 << self._bits, dtype=np.int32)
        self._known, self._shared = np.zeros(1, dtype=np.uint64), np.zeros(0, dtype=np.int64)
        self._place(known)

    def _place(self, more: Hashes) -> None:
        numbers, held = np.arange(len(self._known), len(self._known) + len(more)), slots(more, self._bits)
        free = self._slots[held] == 0
        self._slots[held[free]] = numbers[free]
        self._known = np.append(self._known, more)
        shared = np.append(self._shared, numbers[self._slots[held] != numbers])
        self._shared = shared[np.argsort(self._known[shared])]

    def places(self, hashes: Hashes) -> Places:
        """Where each stands among the known ones; -1: nowhere."""
        rows = self._slots.take(slots(hashes, self._bits))
        missed = np.flatnonzero((self._known.take(rows) != hashes) | (rows == 0))
        found: Places = rows.astype(np.int64) - 1
        found[missed] = -1
        if len(self._shared) and len(missed):
            crowd = self._known[self._shared]
            at = np.minimum(np.searchsorted(crowd, hashes[missed]), len(crowd) - 1)
            found[missed] = np.where(crowd[at] == hashes[missed], self._shared[at] - 1, -1)
        return found

    def among(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Which of them are known."""
        found: NDArray[np.bool_] = self.places(hashes) >= 0
        return found


class Remembered:
    """What was worked out of words, a row each, kept for the next batches that hold them; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._forget()

    def _forget(self) -> None:
        self._index, self._rows = Index(np.zeros(0, dtype=np.uint64)), np.zeros(0)

    def rows(self, hashes: Hashes, work_out: Callable[[Places], NDArray[Any]]) -> NDArray[Any]:
        """The rows of different words; `work_out` makes those of the chosen ones, which were not met before."""
        with self._lock:
            if (self._index.places(hashes) < 0).any():
                self._meet(hashes, work_out)
            found: NDArray[Any] = self._rows.take(self._index.places(hashes), axis=0)
            return found

    def _meet(self, hashes: Hashes, work_out: Callable[[Places], NDArray[Any]]) -> None:
        if len(self._index) > self._most:
            self._forget()
        new = np.flatnonzero(self._index.places(hashes) < 0)
        self._keep(work_out(new), len(self._index))
        self._index.add(hashes[new])

    def _keep(self, rows: NDArray[Any], held: int) -> None:
        if held + len(rows) > len(self._rows):
            wider = np.zeros((2 * (held + len(rows)), *rows.shape[1:]), dtype=rows.dtype)
            if held:
                wider[:held] = self._rows[:held]
            self._rows = wider
        self._rows[held : held + len(rows)] = rows


def indexed(known: Iterable[str]) -> Index:
    """An index of words."""
    return Index(np.array([hashed(word) for word in known], dtype=np.uint64))


def slots(hashes: Hashes, bits: int) -> Places:
    """One of so many slots for each hash, the same for the same."""
    found = hashes * _SPREAD
    found >>= np.uint64(64 - bits)
    return found.view(np.int64)


def mix(hashes: Hashes, salt: int) -> Hashes:
    """Spreads hashes evenly over all bits; another salt, another spread."""
    mixed = (hashes ^ np.uint64(salt)) * _MIXER_A
    mixed ^= mixed >> np.uint64(31)
    mixed *= _MIXER_B
    return mixed


def spread_powers(count: int) -> Hashes:
    """What turns the difference of two running sums into the slot of the stretch between, but for the shift."""
    return _all_spread(_length(count))[:count]


def _powers(base: int, count: int) -> Hashes:
    return _all_powers(base, _length(count))[:count]


def _length(count: int) -> int:
    return 1 << max(16, (count - 1).bit_length())


@lru_cache(maxsize=4)
def _all_spread(count: int) -> Hashes:
    found: Hashes = _all_powers(_INVERSE, count) * _SPREAD
    return found


@lru_cache(maxsize=8)
def _all_powers(base: int, count: int) -> Hashes:
    factors = np.full(count, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)
