"""Which touchpoint a stretch of a comment speaks of: by the touchpoints' words, and by what was learnt here.

What a comment speaks of is decided for the whole of it; then each touchpoint is put to the clauses that name it.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from analysis.classifier import hashing, naming, ngrams, topics, words
from analysis.classifier.batch import Batch, gather
from analysis.classifier.characters import Places
from analysis.classifier.evidence import KINDS, Evidence, Marks
from analysis.classifier.head import LocalHead, Shift, Table
from analysis.classifier.sentiment import Floats
from analysis.classifier.shapes import TouchpointSeed
from analysis.classifier.terms import Terms
from analysis.classifier.words import Words

# Below this confidence a mention stays unplaced and a person chooses between the two best. At half the F1 that is
# reached, one more placed mention wins as much as it loses.
PLACED = 0.35
_PLACED_ODDS = math.log(PLACED / (1 - PLACED))
# Log-odds fitted on some domains claim too much of another, far from even most of all (docs/model-card.md).
_TEMPERED = 0.7
_CANDIDATES = 2
# A clause names a touchpoint when it names it at least half as clearly as any clause of the comment.
_HALF = 0.5
# What was learnt says which clause is meant where the touchpoint's own words are silent.
_LEARNT = 0.01
_TERM_SALT = 99


class Link(NamedTuple):
    """`touchpoint` None: not placed, `candidates` are the best guesses, the better one first.

    `by_default`: it stands for the whole, and nothing else was named.
    """

    touchpoint: str | None
    candidates: tuple[str, ...]
    confidence: float
    by_default: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """What the clauses of a batch are about; the links of a clause stand side by side, the surest first.

    `guesses`: of a clause without any link the places of its best candidates, the better one first; -1: none.
    """

    keys: tuple[str, ...]
    clauses: Places  # of each link, rising
    touchpoints: Places  # of each link, counted in `keys`
    sure: Floats
    by_default: Marks
    guesses: Places  # (clauses, _CANDIDATES)
    guessed: Floats  # how sure the better one is

    def each(self) -> list[list[Link]]:
        """Of each clause the touchpoints it is about, or a single unplaced link."""
        found: list[list[Link]] = [[] for _ in self.guesses]
        for clause, place, sure, by_default in self._links():
            found[clause].append(Link(self.keys[place], (), sure, by_default))
        guesses = zip(found, self.guesses.tolist(), self.guessed.tolist(), strict=True)
        return [links or [Link(None, candidates(self.keys, places), sure)] for links, places, sure in guesses]

    def _links(self) -> Iterator[tuple[int, int, float, bool]]:
        return zip(
            self.clauses.tolist(), self.touchpoints.tolist(), self.sure.tolist(), self.by_default.tolist(), strict=True
        )


def candidates(keys: Sequence[str], places: Iterable[int]) -> tuple[str, ...]:
    return tuple(keys[place] for place in places if place >= 0)


def _unlinked(keys: tuple[str, ...], clauses: int) -> Links:
    none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    guesses = np.full((clauses, _CANDIDATES), -1)
    return Links(keys, none, none, nothing, nothing > 0, guesses, np.zeros(clauses))


class Linker:
    """The touchpoints' own words, weighed: a word that several touchpoints share says little."""

    def __init__(self, touchpoints: Sequence[TouchpointSeed], head: LocalHead | None = None) -> None:
        self.keys = tuple(touchpoint.key for touchpoint in touchpoints)
        self._whole = np.array([topics.GENERAL in topics.named(one.name.values()) for one in touchpoints], dtype=bool)
        weighed = naming.weighed(touchpoints)
        self._terms = Terms(list(weighed))
        self._weights = _Weights(weighed)
        hashes = np.array([hashing.hashed(term) for term in weighed], dtype=np.uint64)
        self._hashed = ngrams.columns(hashes, _TERM_SALT)
        self._shift = _fitting(head, self.keys)

    def links(self, texts: Sequence[str], comments: Sequence[int] | None = None) -> list[list[Link]]:
        """Of each clause the touchpoints it is about, or a single unplaced link.

        `comments`: the comment each clause is from, rising; without it every text is a comment of its own.
        """
        if not len(texts):
            return []
        owners = np.arange(len(texts)) if comments is None else np.array(comments)
        batch = gather(texts)
        return self.links_in(batch, words.find(batch), batch.starts, batch.ends, owners).each()

    def links_in(self, batch: Batch, spoken: Words, starts: Places, ends: Places, comments: Places) -> Links:
        """The same of clauses where they stand in a batch."""
        if not self.keys or not len(starts):
            return _unlinked(self.keys, len(starts))
        owners = np.cumsum(np.diff(comments, prepend=comments[:1]) != 0)
        stretches, terms = self._terms.find(batch, spoken, starts, ends)
        own = self._evidence(stretches, terms, len(starts)).strength
        said = _said(batch, starts, ends) if self._shift else []
        found = self._comment_odds(said, owners, stretches, terms)
        lift = own if self._shift is None else own + _LEARNT * self._shift.words.evened(ngrams.find(said))
        return self._written(found[owners], own, _attributed(found >= _PLACED_ODDS, np.maximum(lift, 0), owners))

    def known(self, texts: Sequence[str]) -> tuple[Floats, ngrams.Found]:
        """Log-odds by the touchpoints' own words (a row a text), and the hashed terms of each, to learn more from."""
        found, terms = self.evidence(texts)
        return found.log_odds(), terms

    def evidence(self, texts: Sequence[str]) -> tuple[Evidence, ngrams.Found]:
        stretches, terms = self._found(texts)
        found = ngrams.Found(stretches, self._hashed[terms], len(texts))
        return self._evidence(stretches, terms, len(texts)), found

    def _found(self, texts: Sequence[str]) -> tuple[Places, Places]:
        if not len(texts):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        batch = gather(texts)
        return self._terms.find(batch, words.find(batch), batch.starts, batch.ends)

    def _evidence(self, stretches: Places, terms: Places, count: int) -> Evidence:
        return Evidence(*self._weights.summed(stretches, terms, count, len(self.keys)), self._whole)

    def _comment_odds(self, texts: Sequence[str], owners: Places, stretches: Places, terms: Places) -> Floats:
        count = int(owners[-1]) + 1
        pairs = np.unique(owners[stretches] << 32 | terms)
        stretches, terms = pairs >> 32, pairs & 0xFFFFFFFF
        found = self._evidence(stretches, terms, count).log_odds()
        if self._shift is None:
            return found
        own = ngrams.Found(stretches, self._hashed[terms], count)
        return shifted(found, self._shift, ngrams.find(_joined(texts, owners)), own)

    def _written(self, odds: Floats, own: Floats, taken: Marks) -> Links:
        sure, bare = confidences(odds), taken.sum(axis=1) == 0
        clauses, columns, sures = _ranked(sure, taken)
        by_default = self._whole[columns] & (own[clauses, columns] == 0)
        guesses, guessed = np.full((len(odds), _CANDIDATES), -1), np.zeros(len(odds))
        rows, guess, likely = _ranked(sure, bare[:, None] & (own > 0))
        firsts = np.flatnonzero(np.diff(rows, prepend=-1))
        rank = np.arange(len(rows)) - np.repeat(firsts, np.diff(firsts, append=len(rows)))
        best = rank < _CANDIDATES
        guesses[rows[best], rank[best]], guessed[rows[firsts]] = guess[best], likely[firsts]
        return Links(self.keys, clauses, columns, sures, by_default, guesses, guessed)


class _Weights:
    """What each term says, and of which touchpoints: nearly always of one of them."""

    def __init__(self, weighed: naming.Weighed) -> None:
        found = [
            (column, naming.kind(weight), weight / math.sqrt(len(columns)))
            for columns in weighed.values()
            for column, weight in columns.items()
        ]
        self._firsts = np.cumsum([0, *map(len, weighed.values())])
        self._columns = np.array([column for column, _, _ in found], dtype=np.int64)
        self._kinds = np.array([kind for _, kind, _ in found], dtype=np.int64)
        self._weights = np.array([weight for _, _, weight in found])

    def summed(self, stretches: Places, terms: Places, count: int, touchpoints: int) -> tuple[Floats, Places]:
        """By stretch and touchpoint: the weights by kind, and how many terms there are."""
        many = self._firsts[terms + 1] - self._firsts[terms]
        at = np.repeat(self._firsts[terms] - np.cumsum(many) + many, many) + np.arange(many.sum())
        cells = np.repeat(stretches, many) * touchpoints + self._columns[at]
        size = count * touchpoints
        sums: Floats = np.bincount(cells * KINDS + self._kinds[at], self._weights[at], size * KINDS).astype(float)
        there: Places = np.bincount(cells, minlength=size)
        return sums.reshape(count, touchpoints, KINDS), there.reshape(count, touchpoints)


def _said(batch: Batch, starts: Places, ends: Places) -> list[str]:
    return [batch.text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def confidences(odds: Floats) -> Floats:
    """How often a touchpoint of these log-odds is the right one, in a domain nothing was fitted on."""
    found: Floats = 1 / (1 + np.exp(-_TEMPERED * np.clip(odds, -30, 30)))
    return found


def _attributed(placed: Marks, strength: Floats, owners: Places) -> Marks:
    """Which clause is about which of the touchpoints its comment is about."""
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    best = np.maximum.reduceat(strength, firsts, axis=0)
    taken: Marks = placed[owners] & (strength > 0) & (strength >= _HALF * best[owners])
    silent = placed & (best <= 0)
    if silent.any():  # named nowhere, and yet surely meant: by the clauses that are about nothing else
        bare = taken.sum(axis=1) == 0
        none_bare = np.add.reduceat(bare, firsts) == 0
        bare[firsts[none_bare]] = True
        taken |= silent[owners] & bare[:, None]
    return taken


def _ranked(sure: Floats, marks: Marks) -> tuple[Places, Places, Floats]:
    """Row by row the marked columns, the surest first, with how sure they are."""
    rows, columns = np.nonzero(marks)
    sures = sure[rows, columns]
    order = np.lexsort((columns, -sures, rows))
    return rows[order], columns[order], np.round(sures[order], 3)


def _joined(texts: Sequence[str], owners: Places) -> list[str]:
    firsts = [*np.flatnonzero(np.diff(owners, prepend=-1)).tolist(), len(texts)]
    return [", ".join(texts[start:end]) for start, end in pairwise(firsts)]


def linker_for(touchpoints: Sequence[TouchpointSeed], head: LocalHead | None = None) -> Linker:
    """The same linker for the same touchpoints: preparing one takes longer than linking a comment."""
    frozen = tuple((one.key, tuple(sorted(one.name.items())), one.description, one.keywords) for one in touchpoints)
    return _kept(frozen, _Same(head))


class _Same:
    """Heads count as the same only when they are the same object."""

    def __init__(self, head: LocalHead | None) -> None:
        self.head = head

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.head is other.head

    def __hash__(self) -> int:
        return id(self.head)


@lru_cache(maxsize=8)
def _kept(frozen: tuple[Any, ...], same: _Same) -> Linker:
    return Linker([TouchpointSeed(key, dict(name), *rest) for key, name, *rest in frozen], same.head)


def _fitting(head: LocalHead | None, keys: tuple[str, ...]) -> Shift | None:
    """What was learnt of these touchpoints; one that is new since then is read by its own words."""
    if head is None or head.places is None:
        return None
    known = {key: column for column, key in enumerate(head.touchpoints)}
    columns = [known.get(key, len(known)) for key in keys]
    base, *tables = (
        np.pad(part, ((0, 0), (0, 1)))[:, columns]
        for part in (head.places.base, head.places.words.weights, head.places.terms.weights)
    )
    return Shift(base, Table(head.places.words.places, tables[0]), Table(head.places.terms.places, tables[1]))


def shifted(known: Floats, shift: Shift, found: ngrams.Found, terms: ngrams.Found) -> Floats:
    """Log-odds of touchpoints with what was learnt added."""
    moved = [place_inputs(column) @ base for column, base in zip(known.T, shift.base.T, strict=True)]
    added: Floats = known + np.column_stack(moved) + shift.words.evened(found) + shift.terms.summed(terms)
    return added


def place_inputs(known: Floats) -> Floats:
    """What is weighed beside the words of a text: what the touchpoint's own words say of it."""
    return np.column_stack([known, np.ones(len(known))])
