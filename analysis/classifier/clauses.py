"""Cuts the comments of a batch into clauses, the stretches that carry one opinion about one thing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.batch import Batch
from analysis.classifier.characters import FIGURE, HAN, LETTER, MARK, SIGN, SPACE, Places
from analysis.classifier.hashing import hashed
from analysis.classifier.words import Words

# A comment of more clauses is read to here.
MAX_CLAUSES = 60

_TURNING_PHRASES = ("on the other hand", "even though", "in spite of")
# Words that contain a turning word and do not turn: 不但, 非但, 但凡, 冷却, 忘却, 推却.
_CHINESE_TURNS = re.compile(
    r"但(?<![不非]但)是?(?!凡)|不过|可是|然而|却(?<![冷忘退推]却)|只(?:不过|可惜)|可惜|遗憾的是|"
    r"就是(?<=[,\s]就是)|只是(?<=[,\s]只是)|虽[然说]|尽管|反而"
)
_SENTENCE_ENDS, _COMMAS, _DASH, _DOT = tuple(map(ord, "!?;。\n")), tuple(map(ord, ",、:")), ord("-"), ord(".")


@dataclass(frozen=True, slots=True)
class Clauses:
    """Clauses of a batch in reading order, `first[i]` the first of comment i; one comment has one clause at least.

    `starts` and `ends` hold the words alone; up to `until` the marks and spaces behind belong to the clause too.
    """

    starts: Places
    ends: Places
    begins: Places
    until: Places
    comments: Places
    sentences: Places
    turns: NDArray[np.bool_]  # it begins with a turning word
    first: Places
    truncated: NDArray[np.bool_]  # by comment: it has more clauses than are read

    def __len__(self) -> int:
        return len(self.starts)

    def owners(self, length: int) -> Places:
        """For each place of the text the clause it belongs to, -1 where it is not read."""
        owner = np.full(length, -1, dtype=np.int64)
        sizes = self.until - self.begins
        offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        owner[np.repeat(self.begins, sizes) + offsets] = np.repeat(np.arange(len(sizes)), sizes)
        return owner


# What a place asks for: to cut before a word that turns, behind a lesser mark, behind a sentence, behind a comment.
_TURN, _LESSER, _SENTENCE, _COMMENT = range(4)
# By what is asked for: words that make a clause, and characters of the mark itself.
_LEAST_WORDS, _WIDTHS = (2, 2, 1, 1), (0, 1, 1, 0)


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Where clauses may end, in reading order."""

    places: Places
    kinds: Places


def cut(batch: Batch, words: Words) -> Clauses:
    """The clauses of every comment; a comment without words is one clause."""
    cuts = _cuts(batch, words)
    spoken = words.starts[batch.kinds[words.starts] & (LETTER | SIGN | FIGURE) > 0]
    return _clauses(batch, _walked(cuts, np.searchsorted(spoken, cuts.places)))


@dataclass(slots=True)
class _Rows:
    """Clauses as they are found, and by comment the first one and whether it has more than are read."""

    begins: list[int]
    ends: list[int]
    until: list[int]
    sentences: list[int]
    turns: list[bool]
    first: list[int]
    truncated: list[bool]

    def add(self, begin: int, end: int, until: int, sentence: int, turn: bool = False) -> None:
        self.begins.append(begin)
        self.ends.append(end)
        self.until.append(until)
        self.sentences.append(sentence)
        self.turns.append(turn)


def _walked(cuts: _Cuts, said: Places) -> _Rows:
    """Walks over the cuts of a batch and takes those that leave a clause before them; `said`: words before each."""
    each = list(zip(cuts.places.tolist(), cuts.kinds.tolist(), said.tolist(), strict=True))
    found, begin, before, sentence = _Rows([], [], [], [], [], [0], []), 0, 0, 0
    edges = [0, *(np.flatnonzero(cuts.kinds == _COMMENT) + 1).tolist()]
    for first, last in pairwise(edges):
        sentence = _take(found, each[first:last], begin, before, sentence)
        end, _, before = each[last - 1]
        if len(found.ends) == found.first[-1]:
            found.add(begin, end, end, sentence - 1)
        found.first.append(len(found.ends))
        begin = end + 1
    return found


def _take(found: _Rows, cuts: Sequence[tuple[int, int, int]], begin: int, before: int, sentence: int) -> int:
    """The clauses of one comment; answers with the sentence behind it.

    One word before a comma is part of a list, or an address; it waits for what follows.
    """
    truncated, turn, most = False, False, found.first[-1] + MAX_CLAUSES
    for place, kind, count in cuts:
        if count - before >= _LEAST_WORDS[kind]:
            until = place + _WIDTHS[kind]
            if len(found.ends) == most:
                truncated = True
            else:
                found.add(begin, place, until, sentence, turn)
            begin, before, turn = until, count, kind == _TURN
        elif kind == _TURN:
            turn = True
        elif count == before and not truncated and len(found.ends) > found.first[-1]:
            begin = found.until[-1] = place + _WIDTHS[kind]  # marks and spaces behind a clause belong to it
        sentence += kind >= _SENTENCE
    found.truncated.append(truncated)
    return sentence


def _clauses(batch: Batch, rows: _Rows) -> Clauses:
    begins, ends, first = (np.array(one, dtype=np.int64) for one in (rows.begins, rows.ends, rows.first))
    solid = np.append(-1, np.flatnonzero(batch.kinds & SPACE == 0))
    spoken = np.append(np.flatnonzero(batch.kinds & (LETTER | FIGURE | SIGN)), len(batch.codes))
    trimmed = np.maximum(solid[np.searchsorted(solid, ends) - 1] + 1, begins)
    return Clauses(
        starts=np.minimum(spoken[np.searchsorted(spoken, begins)], trimmed),
        ends=trimmed,
        begins=begins,
        until=np.array(rows.until, dtype=np.int64),
        comments=np.repeat(np.arange(len(batch)), np.diff(first)),
        sentences=np.array(rows.sentences, dtype=np.int64),
        turns=np.array(rows.turns, dtype=bool),
        first=first,
        truncated=np.array(rows.truncated, dtype=bool),
    )


def _cuts(batch: Batch, words: Words) -> _Cuts:
    sentences, lesser = _marks(batch)
    found = [_turns(batch, words), np.concatenate([lesser, _gaps(batch)]), sentences, batch.ends]
    kinds = np.repeat(np.arange(4), [len(places) for places in found])
    places = np.concatenate(found)
    order = np.lexsort((kinds, places))
    return _Cuts(places[order], kinds[order])


def _marks(batch: Batch) -> tuple[Places, Places]:
    """The marks that end a sentence, and the lesser ones; those inside numbers and addresses are neither."""
    places = np.flatnonzero(batch.kinds & MARK)
    codes, before, after = batch.codes[places], batch.kinds[places - 1], batch.kinds[places + 1]
    full_stop = (codes == _DOT) & ((after & (LETTER | FIGURE) == 0) | (before & HAN > 0))
    dash = (codes == _DASH) & (before & SPACE > 0) & ((after & SPACE > 0) | (batch.codes[places + 1] == _DASH))
    comma = np.isin(codes, _COMMAS) & (before & after & FIGURE == 0)
    return places[full_stop | np.isin(codes, _SENTENCE_ENDS)], places[comma | dash]


def _gaps(batch: Batch) -> Places:
    """Spaces between Chinese characters part clauses."""
    gaps = np.flatnonzero((batch.kinds[:-1] & HAN > 0) & (batch.kinds[1:] & SPACE > 0)) + 1
    solid = np.flatnonzero(batch.kinds & SPACE == 0)
    return gaps[batch.kinds[solid[np.searchsorted(solid, gaps)]] & HAN > 0] if len(gaps) else gaps


def _turns(batch: Batch, words: Words) -> Places:
    places = words.starts[_turning(batch, words)].tolist()
    for phrase in _TURNING_PHRASES:
        places += words.starts[_phrases(words, tuple(map(hashed, phrase.split())))].tolist()
    if (batch.kinds & HAN).any():
        places += [match.start() for match in _CHINESE_TURNS.finditer(batch.text)]
    return np.array(places, dtype=np.int64)


def _turning(batch: Batch, words: Words) -> Places:
    turns, seldom = np.flatnonzero(words.are("turns")), np.flatnonzero(words.are("seldom_turns"))
    if not len(seldom):
        return turns
    plain = words.are("no_turn_behind")[np.maximum(seldom - 1, 0)]
    plain |= words.are("no_turn_before")[np.minimum(seldom + 1, len(words) - 1)]
    plain |= batch.kinds[words.ends[seldom]] & SPACE == 0  # nothing of this clause follows
    return np.setdiff1d(turns, seldom[plain], assume_unique=True)


def _phrases(words: Words, hashes: tuple[int, ...]) -> Places:
    """Where these words stand one behind the other."""
    places = np.flatnonzero(words.hashes == np.uint64(hashes[-1])) - len(hashes) + 1
    places = places[places >= 0]
    for step, one in enumerate(hashes):
        places = places[words.hashes[places + step] == np.uint64(one)]
    return places
