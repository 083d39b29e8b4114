"""Which clauses are mentions of what: those with an opinion or a touchpoint, neighbours that say the same as one."""

from dataclasses import dataclass
from itertools import pairwise, starmap

import numpy as np

from analysis.classifier import judging
from analysis.classifier.characters import Places
from analysis.classifier.judging import Floats, Marks
from analysis.classifier.linking import PLACED, Links, candidates
from analysis.classifier.shapes import MentionReading

# A clause that names no touchpoint speaks of the one named before it in the sentence, a little less surely.
_INHERITED = 0.7
_UNPLACED = -1
_THOUSAND = 1_000  # confidences are told in thousandths


def _faded() -> Floats:
    """How sure a link is, by its thousandths, so many clauses behind the one that names it; 0: not any more."""
    rows = [[n / _THOUSAND for n in range(_THOUSAND + 1)]]
    while max(rows[-1]) >= PLACED:
        rows.append([round(one * _INHERITED, 3) if one >= PLACED else 0.0 for one in rows[-1]])
    return np.where(np.array(rows) >= PLACED, rows, 0)


_FADED = _faded()


@dataclass(frozen=True, slots=True)
class Said:
    """The clauses of a batch as they were read; `starts` and `ends` count the comments as they were given."""

    comments: Places
    sentences: Places
    labels: Places
    scores: Floats
    sure: Floats
    starts: Places
    ends: Places


@dataclass(frozen=True, slots=True)
class _Rows:
    """Clauses and what each is about; a clause about several things has several rows."""

    clauses: Places
    touchpoints: Places  # _UNPLACED: about none
    sure: Floats
    by_default: Marks

    def and_(self, others: "_Rows") -> "_Rows":
        return _Rows(
            np.concatenate([self.clauses, others.clauses]),
            np.concatenate([self.touchpoints, others.touchpoints]),
            np.concatenate([self.sure, others.sure]),
            np.concatenate([self.by_default, others.by_default]),
        )

    def only(self, chosen: Places | Marks) -> "_Rows":
        return _Rows(self.clauses[chosen], self.touchpoints[chosen], self.sure[chosen], self.by_default[chosen])


def mentions(said: Said, links: Links, heard: Marks) -> list[tuple[MentionReading, ...]]:
    """Of each comment; `heard`: comments of a language that is read."""
    rows = _rows(said, links)
    told = (said.labels[rows.clauses] != judging.NEUTRAL_LABEL) | (rows.touchpoints >= 0) & ~rows.by_default
    rows = rows.only(told & heard[said.comments[rows.clauses]])
    firsts = np.flatnonzero(_differ_from_before(said, links, rows))
    found = _written(said, links, rows, firsts)
    edges = np.searchsorted(said.comments[rows.clauses[firsts]], np.arange(len(heard) + 1)).tolist()
    return [tuple(found[a:b]) for a, b in pairwise(edges)]


def _rows(said: Said, links: Links) -> _Rows:
    count = np.bincount(links.clauses, minlength=len(said.labels))
    own = _Rows(links.clauses, links.touchpoints, links.sure, links.by_default)
    inherited = _inherited(said, own, count, (count == 0) & (links.guesses[:, 0] < 0))
    silent = count == 0
    silent[inherited.clauses] = False
    bare = np.flatnonzero(silent)
    unplaced = _Rows(bare, np.full(len(bare), _UNPLACED), said.sure[bare], np.zeros(len(bare), dtype=bool))
    rows = own.and_(inherited).and_(unplaced)
    return rows.only(np.argsort(rows.clauses, kind="stable"))


def _inherited(said: Said, own: _Rows, count: Places, bare: Marks) -> _Rows:
    """A clause that names nothing speaks of what its sentence named before, the less surely the further behind."""
    named = np.maximum.accumulate(np.where(count > 0, np.arange(len(count)), -1))
    heirs = np.flatnonzero(bare & (named >= 0))
    heirs = heirs[said.sentences[named[heirs]] == said.sentences[heirs]]
    before = np.cumsum(bare)
    steps = np.minimum(before[heirs] - before[named[heirs]], len(_FADED) - 1)
    many, firsts = count[named[heirs]], np.cumsum(count) - count
    at = np.repeat(firsts[named[heirs]] - np.cumsum(many) + many, many) + np.arange(many.sum())
    sure = _FADED[np.repeat(steps, many), np.rint(own.sure[at] * _THOUSAND).astype(np.int64)]
    found = _Rows(np.repeat(heirs, many), own.touchpoints[at], sure, np.zeros(len(at), dtype=bool))
    return found.only(sure > 0)


def _differ_from_before(said: Said, links: Links, rows: _Rows) -> Marks:
    """Neighbours in a comment that say the same of the same are one mention."""
    guesses = np.where((rows.touchpoints >= 0)[:, None], _UNPLACED, links.guesses[rows.clauses])
    same = (said.comments[rows.clauses], said.labels[rows.clauses], rows.touchpoints, *guesses.T)
    differ = np.ones(len(rows.clauses), dtype=bool)
    differ[1:] = np.any([one[1:] != one[:-1] for one in same], axis=0)
    return differ


def _written(said: Said, links: Links, rows: _Rows, firsts: Places) -> list[MentionReading]:
    if not len(firsts):
        return []
    begun, places = rows.clauses[firsts], rows.touchpoints[firsts].tolist()
    lasts = rows.clauses[np.append(firsts[1:], len(rows.clauses)) - 1]
    guesses: list[tuple[str, ...]] = [()] * len(firsts)
    for i in np.flatnonzero((rows.touchpoints[firsts] < 0) & (links.guesses[begun, 0] >= 0)).tolist():
        guesses[i] = candidates(links.keys, links.guesses[begun[i]].tolist())
    columns = (
        [links.keys[place] if place >= 0 else None for place in places],
        guesses,
        said.starts[begun].tolist(),
        said.ends[lasts].tolist(),
        [judging.NAMES[label] for label in said.labels[begun].tolist()],
        _strongest(said.scores[rows.clauses], firsts).tolist(),
        np.maximum.reduceat(rows.sure, firsts).tolist(),
    )
    return list(starmap(MentionReading, zip(*columns, strict=True)))


def _strongest(scores: Floats, firsts: Places) -> Floats:
    """Of each run the score furthest from 0, of equal ones the first."""
    strength = np.abs(scores)
    most = np.maximum.reduceat(strength, firsts)
    at = np.flatnonzero(strength == np.repeat(most, np.diff(firsts, append=len(scores))))
    found: Floats = scores[at[np.searchsorted(at, firsts)]]
    return found
