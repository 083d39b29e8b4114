"""From texts to arrays: what each clause and each comment of a batch says, before it is written down as readings."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.classifier import (
    artefact,
    batch,
    deciding,
    emotions,
    finding,
    grams,
    judging,
    language,
    people,
    sentiment,
    words,
)
from analysis.classifier.batch import Batch
from analysis.classifier.characters import LETTER, Places
from analysis.classifier.clauses import Clauses, cut
from analysis.classifier.head import LocalHead
from analysis.classifier.judging import Floats, Marks
from analysis.classifier.shapes import EMOTIONS, Language
from analysis.classifier.signs import SIDES, Found
from analysis.classifier.summing import Summed, summed
from analysis.classifier.words import Words

_CODES = {"other": 0, "en": 1, "zh": 2, "mixed": 3}
_READ = {"en": 1, "zh": 2}
_SURE = 30.0  # log-odds beyond this make no difference


@dataclass(slots=True)
class Rows:
    """All clauses, or all comments: how likely against, without opinion, for; and how strongly it is put."""

    starts: Places
    ends: Places
    of_clause: Places  # the row each clause belongs to
    firsts: Places | None  # the first clause of each row; None: a clause is a row
    likely: Floats
    intensity: Floats
    linear: Floats = field(init=False)  # the classifiers' own log-odds: the stages, then the feelings
    pieces: Floats = field(init=False)  # how much has been read
    both: Floats = field(init=False)  # how likely something is said for and something against
    told: Floats = field(init=False)  # by the lexicon, in the language read last

    def __post_init__(self) -> None:
        self.linear = np.full((len(self.starts), artefact.HEARD + len(EMOTIONS)), -_SURE)
        self.pieces = np.zeros(len(self.starts))
        self.both = np.zeros(len(self.starts))
        self.told = np.zeros((len(self.starts), SIDES))

    @property
    def scores(self) -> Floats:
        return judging.scores(self.likely, self.intensity)

    def add(self, rows: Places, likely: Floats, both: Floats, linear: Floats, pieces: Floats) -> None:
        """What was read of these rows in one language; a row of two languages weighs each by its length."""
        before, pieces = self.pieces[rows], np.maximum(pieces, 1)
        share = (pieces / (before + pieces))[:, None]
        self.likely[rows] = share * likely + (1 - share) * self.likely[rows]
        self.both[rows] = share[:, 0] * both + (1 - share[:, 0]) * self.both[rows]
        outputs = linear.shape[1]
        self.linear[rows, :outputs] = share * linear + (1 - share) * self.linear[rows, :outputs]
        self.pieces[rows] += pieces


@dataclass(frozen=True, slots=True)
class Understood:
    """A batch, understood; `found` is what the lexicon knows of it, with the clause each counts in."""

    batch: Batch
    spoken: Words
    clauses: Clauses
    languages: list[Language]
    read_as: Places  # the language of each clause, one of _READ; 0: signs alone
    found: Found
    hidden: Marks  # by place: an event has given these words another meaning
    left: Floats  # by clause: letters that no such event has taken, and all letters
    parts: Rows
    wholes: Rows

    @property
    def readable(self) -> Marks:
        """Comments with letters of a language that is read, or with an emoji that says something."""
        marks = np.zeros(len(self.batch), dtype=bool)
        marks[self.clauses.comments[self.read_as > 0]] = True
        marks[self.clauses.comments[self.found.rows]] = True
        return marks

    def weighed(self, start: int, end: int) -> str:
        """A stretch of text as the classifiers see it."""
        text = self.batch.text[start:end]
        for place in np.flatnonzero(self.hidden[start:end]).tolist():
            text = f"{text[:place]} {text[place + 1 :]}"
        return text


def understand(texts: Sequence[str], hints: Sequence[str | None], head: LocalHead | None = None) -> Understood:
    """Everything but the touchpoints."""
    gathered = batch.gather(texts)
    spoken = words.find(gathered)
    clauses = cut(gathered, spoken)
    languages = language.detect(gathered, spoken, hints)
    found = finding.find(gathered, spoken, clauses, languages)
    taken = found.things.taken(len(gathered.codes))
    hidden, left = taken | people.named(gathered, spoken), _left(gathered, clauses, taken)
    read_as = _read_as(gathered, clauses, languages)
    parts, wholes = _parts(clauses, found), _wholes(gathered, clauses, found)
    understood = Understood(gathered, spoken, clauses, languages, read_as, found, hidden, left, parts, wholes)
    summed_up: list[tuple[str, Summed]] = []
    for name, code in _READ.items():
        if (read_as == code).any():
            pieces = grams.pieces(gathered, spoken, clauses, name, read_as == code, hidden)
            weighed = summed(pieces, artefact.shipped()[1][name])
            _weigh(understood, parts, name, weighed, head)
            summed_up.append((name, weighed))
    for name, weighed in summed_up:
        _weigh(understood, wholes, name, weighed, head)
    return understood


def _left(gathered: Batch, clauses: Clauses, taken: Marks) -> Floats:
    """Of each clause: how many letters no event has given another meaning, and how many there are."""
    letters = np.sum(gathered.letters.between(clauses.begins, clauses.until), axis=0)
    gone = np.flatnonzero(taken & (gathered.kinds & LETTER > 0))
    lost = np.searchsorted(gone, clauses.until) - np.searchsorted(gone, clauses.begins)
    return np.column_stack([letters - lost, letters]).astype(float)


def _read_as(gathered: Batch, clauses: Clauses, languages: Sequence[Language]) -> Places:
    """Each clause is read in its own language, so that a comment may change it halfway."""
    han, latin, foreign = gathered.letters.between(clauses.begins, clauses.until)
    of_comment = np.array([_CODES[one] for one in languages])[clauses.comments]
    in_han = np.where(han > 0, _READ["zh"], _READ["en"])
    code = np.where(of_comment == _CODES["mixed"], in_han, of_comment)
    return np.where(han + latin + foreign > 0, code, 0)


def _parts(clauses: Clauses, found: Found) -> Rows:
    of_clause = np.arange(len(clauses))
    return Rows(clauses.starts, clauses.ends, of_clause, None, *_by_signs(found, len(clauses)))


def _wholes(gathered: Batch, clauses: Clauses, found: Found) -> Rows:
    signs = _by_signs(found.by(clauses.comments), len(gathered))
    return Rows(gathered.starts, gathered.ends, clauses.comments, clauses.first[:-1], *signs)


def _by_signs(found: Found, count: int) -> tuple[Floats, Floats]:
    """What is likely where emoji are all there is, and how strongly everything is put."""
    intensity = np.full(count, judging.PLAIN)
    for degree, strength in ((1, judging.WEAK), (2, judging.STRONG)):
        intensity[found.put(degree)] = strength
    return sentiment.by_events(found.tell(count)), intensity


def _weigh(read: Understood, rows: Rows, name: str, weighed: Summed, head: LocalHead | None) -> None:
    code = _READ[name]
    chosen = np.flatnonzero(np.bincount(rows.of_clause[read.read_as == code]))
    spoken_as = read.read_as[read.found.rows]
    here = read.found.only((spoken_as == code) | (spoken_as == 0))
    told = here.by(rows.of_clause).tell(len(rows.starts))[chosen]
    rows.told[chosen] = told
    logits, pieces = weighed.logits(rows.firsts)[chosen], weighed.pieces(rows.firsts)[chosen]
    table = artefact.shipped()[1][name]
    left = read.left if rows.firsts is None else np.add.reduceat(read.left, rows.firsts)
    share = left[chosen, 0] / np.maximum(left[chosen, 1], 1)
    likely = sentiment.outcomes(table, logits, told, share)
    both: Floats = np.zeros(len(chosen))
    if rows.firsts is not None:
        more = np.column_stack([pieces, share])
        likely, both = _decided(read, chosen, table, logits, told, likely, more)
    bare = (pieces == 0) & told[:, SIDES // 2 :].any(axis=1)  # the words of an event are all there is
    likely[bare] = sentiment.by_events(told[bare])
    if head is not None:
        spans = zip(rows.starts[chosen].tolist(), rows.ends[chosen].tolist(), strict=True)
        likely = head.outcomes(name, [read.weighed(start, end) for start, end in spans], likely, told)
    rows.add(chosen, likely, both, logits + np.clip(table.intercepts, -_SURE, _SURE), pieces)


def _decided(
    read: Understood, chosen: Places, table: artefact.Table, logits: Floats, told: Floats, likely: Floats, more: Floats
) -> tuple[Floats, Floats]:
    """Whole comments, from what was read of them and of their clauses; `more`: pieces, and the share that was seen."""
    pieces, share = more.T
    every = deciding.sides_of(read.clauses, read.left[:, 1].astype(np.int64), read.parts.likely)
    sides = deciding.chosen_of(every, chosen)
    heard = logits[:, : artefact.HEARD] + table.intercepts[: artefact.HEARD]
    elsewhere = sentiment.both_elsewhere(heard, sides, likely, pieces)
    rows = deciding.inputs(heard, told, likely, sides)
    return deciding.decided(table, heard, rows, likely, elsewhere, share)


def told(texts: Sequence[str], name: Language) -> tuple[Floats, Floats]:
    """Of whole texts of one language, for training: what the lexicon tells, and how many pieces each has."""
    chunks = [_told(texts[i : i + grams.AT_ONCE], name) for i in range(0, len(texts), grams.AT_ONCE)]
    return np.concatenate([sides for sides, _ in chunks]), np.concatenate([pieces for _, pieces in chunks])


def told_by_clause(texts: Sequence[str], name: Language) -> tuple[Floats, Floats, Clauses, Places]:
    """The same of whole texts and of their clauses, these, and how many letters each has."""
    gathered = batch.gather(texts)
    spoken = words.find(gathered)
    clauses = cut(gathered, spoken)
    found = finding.find(gathered, spoken, clauses, [name] * len(texts))
    letters = np.sum(gathered.letters.between(clauses.begins, clauses.until), axis=0)
    return found.by(clauses.comments).tell(len(texts)), found.tell(len(clauses)), clauses, letters


def felt(texts: Sequence[str], name: Language) -> Floats:
    """The feelings the lexicon finds in whole texts of one language, a column each."""
    gathered = batch.gather(texts)
    spoken = words.find(gathered)
    clauses = cut(gathered, spoken)
    found = finding.find(gathered, spoken, clauses, [name] * len(texts)).by(clauses.comments)
    return emotions.told_in(found.rows, found.things.felt[found.which], len(texts))


def _told(texts: Sequence[str], name: Language) -> tuple[Floats, Floats]:
    gathered = batch.gather(texts)
    spoken = words.find(gathered)
    clauses = cut(gathered, spoken)
    found = finding.find(gathered, spoken, clauses, [name] * len(texts)).by(clauses.comments)
    pieces = grams.pieces(gathered, spoken, clauses, name, np.ones(len(clauses), dtype=bool))
    return found.tell(len(texts)), np.add.reduceat(pieces.pieces, clauses.first[:-1])
