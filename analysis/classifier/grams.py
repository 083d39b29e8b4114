"""What the linear classifiers see of a text: hashed pieces, counted by clause; no words, only the numbers of buckets.

English: whole words, two and three neighbours, pairs with one word between, words that a negation reaches, and the
pieces of words with their edges.
Chinese: one to four neighbouring characters, and single characters and pairs that a negation reaches.
Nothing reaches across the edge of a clause, so a comment is the sum of its clauses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import batch as batches
from analysis.classifier import people, words
from analysis.classifier.batch import Batch
from analysis.classifier.characters import FIGURE, LATIN, LETTER, SIGN, SPACE, Codes, Places
from analysis.classifier.clauses import Clauses, cut
from analysis.classifier.hashing import Hashes, distinct, hashed, mix, running, stretches, windows
from analysis.classifier.words import Words

BITS = 21
BUCKETS = 2**BITS

PIECES = (2, 3, 4, 5)  # characters in a piece of an English word, its edges counted
NEIGHBOURS = (1, 2, 3, 4)  # Chinese characters
NEGATED_NEIGHBOURS = (1, 2)
_CHINESE_REACH = 6  # characters behind a Chinese negation that it reaches

_SALTS = tuple(0xA24BAED4963EE407 * n % 2**63 for n in range(1, 9))
_WORD, _PAIR, _NEGATED, _PIECE, _NEIGHBOURS, _NEGATED_NEIGHBOURS, _THREE, _APART = _SALTS
_CONTRACTED = "n't"
_CHINESE_NEGATIONS = tuple(map(ord, "不没无未别"))
_SPOKEN_MARKS = tuple(map(ord, "!?~"))
_EDGE = 1
AT_ONCE = 1_000  # texts of a training set turned into rows together

Buckets = NDArray[np.int32]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of pieces: a row of buckets for each place of the text, BUCKETS where there is none."""

    clauses: Places  # of each row, rising
    buckets: Buckets

    def counted(self, clauses: int) -> Floats:
        """How many pieces of this kind each clause has."""
        counts, starts = np.zeros(clauses), np.flatnonzero(np.diff(self.clauses, prepend=-1))
        if len(starts):
            there = self.buckets.ravel() != BUCKETS
            counts[self.clauses[starts]] = np.add.reduceat(there, starts * self.buckets.shape[1], dtype=np.int64)
        return counts

    def each(self) -> "Stream":
        return self


@dataclass(frozen=True, slots=True)
class Spelled:
    """A kind of pieces that depends on the word alone: spelled out once for each different word."""

    clauses: Places  # of each word, rising
    which: Places  # of the different words stands there
    hashes: Hashes  # of the different words
    spell: Callable[[Places], Stream]  # chosen ones of them, which stand in the place of clauses

    def counted(self, clauses: int) -> Floats:
        return self.each().counted(clauses)

    def each(self) -> Stream:
        """Spelled out for every word."""
        spelling = self.spell(np.arange(len(self.hashes)))
        firsts = np.searchsorted(spelling.clauses, np.arange(len(self.hashes) + 1))
        many = np.diff(firsts)[self.which]
        rows = np.repeat(firsts[self.which] - np.cumsum(many) + many, many) + np.arange(many.sum())
        return Stream(np.repeat(self.clauses, many), spelling.buckets[rows])


@dataclass(frozen=True, slots=True)
class Text:
    """The pieces of the clauses of one language; the kinds weigh alike, however many pieces each has."""

    streams: tuple[Stream | Spelled, ...]
    clauses: int

    @property
    def pieces(self) -> Floats:
        """How many pieces each clause has, all kinds together."""
        found: Floats = np.sum([stream.counted(self.clauses) for stream in self.streams], axis=0)
        return found


def pieces(
    batch: Batch,
    found: Words,
    clauses: Clauses,
    language: str,
    chosen: NDArray[np.bool_],
    hidden: NDArray[np.bool_] | None = None,
) -> Text:
    """The pieces of the chosen clauses, which are of this language; what stands in hidden places does not count."""
    owners = clauses.owners(len(batch.codes))
    owners[~np.append(chosen, False)[owners]] = -1
    if hidden is not None:
        owners[hidden] = -1
    codes = _figures_levelled(batch)
    streams = _english(batch, found, owners, codes) if language == "en" else _chinese(batch, owners, codes)
    return Text(streams, len(clauses))


def _figures_levelled(batch: Batch) -> Codes:
    """Numbers of three and more figures never become features: each figure of them reads 0."""
    figure = batch.kinds & FIGURE > 0
    middle = np.flatnonzero(figure[1:-1] & figure[:-2] & figure[2:]) + 1
    if not len(middle):
        return batch.codes
    codes = batch.codes.copy()
    for step in (-1, 0, 1):
        codes[middle + step] = ord("0")
    return codes


# --- English ------------------------------------------------------------------------------------------------------


def _english(batch: Batch, found: Words, owners: Places, codes: Codes) -> tuple[Stream, Spelled]:
    kept = np.flatnonzero(owners[found.starts] >= 0)
    starts, ends = found.starts[kept], found.ends[kept]
    hashes = stretches(running(codes), starts, ends)
    clauses, different = owners[starts], distinct(hashes)
    firsts = different.firsts

    def spell(chosen: Places) -> Stream:
        return _pieces_of_words(batch, starts[firsts[chosen]], ends[firsts[chosen]], codes)

    negations = (found.are("negates_word") | found.ending(batch.codes, _CONTRACTED))[kept]
    return _words(hashes, negations, clauses), Spelled(clauses, different.which, hashes[firsts], spell)


def _words(hashes: Hashes, negations: NDArray[np.bool_], clauses: Places) -> Stream:
    next_, third = np.roll(hashes, -1), np.roll(hashes, -2)
    together, near = (_same(clauses, step) for step in (1, 2))
    columns = [
        _bucket(hashes, _WORD),
        _where(together, hashes * np.uint64(31) + next_ * np.uint64(17), _PAIR),
        _where(_negated(negations, clauses), hashes, _NEGATED),
        _where(near, hashes * np.uint64(31) + next_ * np.uint64(17) + third * np.uint64(53), _THREE),
        _where(near, hashes * np.uint64(31) + third * np.uint64(17), _APART),
    ]
    return Stream(clauses, np.column_stack(columns))


def _same(clauses: Places, step: int) -> NDArray[np.bool_]:
    """Whether the word so many steps on belongs to the same clause."""
    found = np.zeros(len(clauses), dtype=bool)
    found[: max(len(clauses) - step, 0)] = clauses[:-step] == clauses[step:]
    return found


def _negated(negations: NDArray[np.bool_], clauses: Places) -> NDArray[np.bool_]:
    """Words behind an odd number of negations in their clause."""
    before: Places = np.cumsum(negations) - negations
    at_start = np.append(0, np.flatnonzero(np.diff(clauses)) + 1)[: len(clauses)]
    lengths = np.diff(np.append(at_start, len(clauses)))
    found: NDArray[np.bool_] = (before - np.repeat(before[at_start], lengths)) % 2 == 1
    return found


def _pieces_of_words(batch: Batch, starts: Places, ends: Places, codes: Codes) -> Stream:
    latin = np.flatnonzero(batch.kinds[starts] & LATIN)
    starts, ends = starts[latin], ends[latin]
    lengths = ends - starts + 1
    behind = np.cumsum(lengths)
    # The words one behind the other, an edge before each and one behind the last.
    spelled = np.full(lengths.sum() + 1, _EDGE, dtype=np.uint32)
    places = np.repeat(starts - behind + lengths - 1, lengths) + np.arange(lengths.sum())
    inner = np.ones(lengths.sum(), dtype=bool)
    inner[behind - lengths] = False
    spelled[:-1][inner] = codes[places[inner]]
    edges = np.append(0, np.cumsum(spelled == _EDGE))
    sums, columns = running(spelled), []
    for size in PIECES:
        count = max(len(spelled) - size + 1, 0)
        whole = np.zeros(len(spelled) - 1, dtype=bool)
        whole[:count] = edges[size - 1 : size - 1 + count] == edges[1 : 1 + count]
        columns.append(_where(whole, _padded(windows(sums, size), len(whole)), _PIECE + size))
    return Stream(np.repeat(latin, lengths), np.column_stack(columns))


# --- Chinese ------------------------------------------------------------------------------------------------------


def _chinese(batch: Batch, owners: Places, codes: Codes) -> tuple[Stream]:
    """Spaces do not part neighbours, other marks do."""
    spoken = batch.kinds & (LETTER | FIGURE | SIGN) > 0
    for mark in _SPOKEN_MARKS:
        spoken |= codes == mark
    spoken &= owners >= 0
    solid = np.flatnonzero(batch.kinds & SPACE == 0)
    kept = spoken[solid]
    clauses, spelled = owners[solid][kept], codes[solid][kept]
    runs = np.cumsum(~kept)[kept] + clauses * np.int64(len(codes))
    sums, negated = running(spelled), _reached(spelled, runs)
    columns = [_column(sums, runs, size, _NEIGHBOURS + size) for size in NEIGHBOURS]
    reached = [_column(sums, runs, size, _NEGATED_NEIGHBOURS + size) for size in NEGATED_NEIGHBOURS]
    columns += [np.where(negated, column, np.int32(BUCKETS)) for column in reached]
    return (Stream(clauses, np.column_stack(columns)),)


def _reached(spelled: Codes, runs: Places) -> NDArray[np.bool_]:
    """Characters behind an odd number of negations, as far as these reach."""
    negations = np.append(0, np.cumsum(np.isin(spelled, _CHINESE_NEGATIONS)))
    firsts = np.append(0, np.flatnonzero(np.diff(runs)) + 1)[: len(runs)]
    begun = np.repeat(firsts, np.diff(np.append(firsts, len(runs))))
    from_here = np.maximum(np.arange(len(runs)) - _CHINESE_REACH, begun)
    found: NDArray[np.bool_] = (negations[:-1] - negations[from_here]) % 2 == 1
    return found


def _column(sums: Hashes, runs: Places, size: int, salt: int) -> Buckets:
    count = max(len(runs) - size + 1, 0)
    whole = np.zeros(len(runs), dtype=bool)
    whole[:count] = runs[size - 1 : size - 1 + count] == runs[:count]
    return _where(whole, _padded(windows(sums, size), len(runs)), salt)


# --- both ---------------------------------------------------------------------------------------------------------


def _padded(hashes: Hashes, length: int) -> Hashes:
    padded = np.zeros(length, dtype=np.uint64)
    padded[: len(hashes)] = hashes[:length]
    return padded


def _where(there: NDArray[np.bool_], hashes: Hashes, salt: int) -> Buckets:
    return np.where(there, _bucket(hashes, salt), np.int32(BUCKETS)).astype(np.int32)


def _bucket(hashes: Hashes, salt: int) -> Buckets:
    return (mix(hashes, salt) >> np.uint64(64 - BITS)).astype(np.int32)


def word_buckets(found: Sequence[str]) -> tuple[Buckets, Buckets]:
    """Where single English words are counted, plain and behind a negation."""
    hashes = np.array([hashed(word) for word in found], dtype=np.uint64)
    return _bucket(hashes, _WORD), _bucket(hashes, _NEGATED)


def neighbour_buckets(found: Sequence[str]) -> Buckets:
    """Where Chinese words of at most four characters are counted."""
    each = [_bucket(np.array([hashed(word)], dtype=np.uint64), _NEIGHBOURS + len(word)) for word in found]
    return np.concatenate([np.zeros(0, dtype=np.int32), *each])


# --- what is done with them ---------------------------------------------------------------------------------------


def matrix(language: str, texts: Sequence[str], by_clause: bool = False) -> Any:
    """For training: the same pieces as one sparse row a text, or a clause; times weights it is `Summed.logits`."""
    from scipy.sparse import vstack  # for training only

    return vstack(
        [_matrix(language, texts[i : i + AT_ONCE], by_clause) for i in range(0, len(texts), AT_ONCE)], format="csr"
    )


def _matrix(language: str, texts: Sequence[str], by_clause: bool) -> Any:
    from scipy.sparse import csr_matrix  # for training only

    batch = batches.gather(texts)
    found = words.find(batch)
    clauses = cut(batch, found)
    text = pieces(batch, found, clauses, language, np.ones(len(clauses), dtype=bool), people.named(batch, found))
    owners = np.arange(len(clauses)) if by_clause else clauses.comments
    count = len(clauses) if by_clause else len(texts)
    total = csr_matrix((count, BUCKETS), dtype=np.float32)
    for stream in (one.each() for one in text.streams):
        there = stream.buckets != BUCKETS
        rows = np.repeat(owners[stream.clauses], there.sum(axis=1))
        scale = 1 / np.sqrt(np.maximum(np.bincount(rows, minlength=count), 1))
        values = scale[rows].astype(np.float32)
        total = total + csr_matrix((values, (rows, stream.buckets[there])), shape=total.shape)
    return total
