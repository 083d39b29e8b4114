"""Finds what the lexicon knows in a whole batch: first what patterns need, then only the patterns that may match."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analysis.classifier.batch import Batch
from analysis.classifier.characters import SIGN, Places
from analysis.classifier.clauses import Clauses
from analysis.classifier.inventory import Event, Pattern, emoji, patterns
from analysis.classifier.judging import Floats, Marks
from analysis.classifier.literals import Literals
from analysis.classifier.shapes import Language
from analysis.classifier.words import running

# A negation turns an event round, and weakens it: "not rude" is less than "kind".
_TURNED = -0.7
_ENGLISH_NEGATION = re.compile(
    r"(?:\b(?:not|no|never|without|nothing|nobody|hardly|barely|neither|nor|cannot|stop(?:ped)?)\b|n't\b)"
    r"(?:\s+(?!but\b)\w+){0,2}\s+(?:a |an |the |any )?$"
)
_NEGATING = {"not", "no", "never", "without", "nothing", "nobody", "hardly", "barely", "neither", "nor", "cannot"}
_NEGATING |= {"stop", "stopped"}
_CHINESE_NEGATION = re.compile(
    r"(?:不|没|没有|无|未|别|并非|无需|不用|不必|从未|不再|谈不上)(?:是|很|太|算|够|怎么|那么|有|再|一点|半点|丝毫|任何|什么)?$"
)
_CHINESE_NEGATING = frozenset("不没无未别非")  # every one of them holds one of these
_DOUBLE_NEGATION = re.compile(r"(?:不是|没有|并非|不能说|不会)不$")

# However many events a stretch tells, together they count for no more than this.
_MOST_TOLD = 4.0
# Words against, stated, for; events against, stated, for.
SIDES = 6
# What a stretch that only asks or states counts towards "no opinion".
_STATEMENT = 3.0

_CONDITIONS = 4  # a pattern has no more
_PLACE_BITS = 32
_TOLD = {"event", "emoji"}
_DEGREES = {"weak": 1, "strong": 2}
_BITS = {"en": 1, "zh": 2, "mixed": 3}


class Found(NamedTuple):
    """An event where it stands in the text of the batch; `turned` round by a negation before it."""

    event: Event
    start: int
    end: int
    turned: bool = False

    @property
    def weight(self) -> float:
        return self.event.weight * _TURNED if self.turned else self.event.weight

    @property
    def emotions(self) -> Mapping[str, float]:
        return {} if self.turned else self.event.emotions

    @property
    def denied(self) -> Mapping[str, float]:
        """Feelings that are named to say that they were not there."""
        return self.event.emotions if self.turned and self.event.source == "emotion" else {}


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Which strings make which of the patterns worth trying."""

    literals: Literals
    firsts: Places  # of each string in `needs`
    needs: Places  # pattern * _CONDITIONS + condition
    wanted: Places  # conditions of each pattern
    languages: Places  # the bit of each pattern's language
    opens: Marks  # its first condition is how it begins
    always: Places


# Where a pattern matches first in a sentence: from, to, which.
_Match = tuple[int, int, Pattern]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Patterns to be tried in sentences; one with edges a < b begins at one of places[a:b]."""

    sentences: Places
    patterns: Places
    edges: Places  # two rows
    places: Places


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    needs: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns()):
        for place, strings in enumerate(pattern.conditions):
            for string in strings:
                needs.setdefault(string, []).append(number * _CONDITIONS + place)
    wanted = np.array([len(pattern.conditions) for pattern in patterns()])
    languages = np.array([_BITS[pattern.language] for pattern in patterns()])
    opens = np.array([bool(pattern.openings) for pattern in patterns()])
    firsts = np.cumsum([0, *map(len, needs.values())])
    flat = np.array([need for each in needs.values() for need in each], dtype=np.int64)
    return _Lexicon(Literals(list(needs)), firsts, flat, wanted, languages, opens, np.flatnonzero(wanted == 0))


def find(batch: Batch, clauses: Clauses, languages: Sequence[Language]) -> list[tuple[int, Found]]:
    """What is told in each comment, each event once a sentence, with the clause it counts in."""
    bits = np.array([_BITS.get(language, 0) for language in languages])
    firsts = np.flatnonzero(np.diff(clauses.sentences, prepend=-1))
    starts = clauses.begins[firsts]
    ends = np.append(clauses.until[firsts[1:] - 1], clauses.until[-1:])
    spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
    found = [*_emoji(batch), *_told(batch.text, spans, _candidates(batch, starts, bits[clauses.comments[firsts]]))]
    return list(_placed(found, clauses))


def _candidates(batch: Batch, starts: Places, bits: Places) -> _Candidates:
    """Sentences, and the patterns all of whose conditions are met there."""
    lexicon, count = _lexicon(), len(patterns())
    places, strings = lexicon.literals.find(running(batch.codes))
    sentences = np.searchsorted(starts, places, side="right") - 1
    many = lexicon.firsts[strings + 1] - lexicon.firsts[strings]
    offsets = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    needs = lexicon.needs[np.repeat(lexicon.firsts[strings], many) + offsets]
    asked = np.repeat(sentences, many) * (count * _CONDITIONS) + needs
    pairs = _met(asked, lexicon.wanted)
    always = (np.arange(len(starts))[:, None] * count + lexicon.always).ravel()
    pairs = np.sort(np.concatenate([pairs, always]))
    pairs = pairs[bits[pairs // count] & lexicon.languages[pairs % count] > 0]
    opening = np.flatnonzero((asked % _CONDITIONS == 0) & lexicon.opens[asked // _CONDITIONS % count])
    begun = np.sort(asked[opening] // _CONDITIONS << _PLACE_BITS | np.repeat(places, many)[opening])
    edges = np.searchsorted(begun, np.stack([pairs, pairs + 1]) << _PLACE_BITS)
    return _Candidates(pairs // count, pairs % count, edges, begun & ((1 << _PLACE_BITS) - 1))


def _met(asked: Places, wanted: Places) -> Places:
    """Sentences and patterns of which every condition is met; `np.unique` would take several times as long."""
    ordered = np.sort(asked)
    met = ordered[np.diff(ordered, prepend=-1) != 0] // _CONDITIONS
    firsts = np.flatnonzero(np.diff(met, prepend=-1))
    pairs: Places = met[firsts][np.diff(firsts, append=len(met)) == wanted[met[firsts] % len(wanted)]]
    return pairs


def _told(text: str, spans: list[tuple[int, int]], found: _Candidates) -> list[Found]:
    """Tries the patterns sentence by sentence; what an overriding event covers is dropped."""
    numbers, (begins, ends), places = found.patterns.tolist(), found.edges.tolist(), found.places.tolist()
    known, told, current = patterns(), list[Found](), -1
    start, sentence, first = 0, "", dict[int, _Match]()
    for row, number, a, b in zip(found.sentences.tolist(), numbers, begins, ends, strict=True):
        if row != current:
            if first:
                told += _in_sentence(sentence, start, first)
                first = {}
            current, (start, end) = row, spans[row]
            sentence = text[start:end]
        pattern = known[number]
        match = _begun(pattern.begins, sentence, start, places[a:b]) if a < b else pattern.looked_for(sentence)
        if match:
            one, event = (*match.span(), pattern), id(pattern.event)
            if event not in first or one[0] < first[event][0]:
                first[event] = one
    return told + _in_sentence(sentence, start, first)


def _begun(
    begins: Callable[[str, int], re.Match[str] | None], sentence: str, start: int, places: list[int]
) -> re.Match[str] | None:
    """Where it may begin is known: much less is tried than in a search."""
    for place in places:
        if match := begins(sentence, place - start):
            return match
    return None


def _in_sentence(sentence: str, start: int, first: Mapping[int, _Match]) -> list[Found]:
    covering = [(begin, end) for begin, end, pattern in first.values() if pattern.event.overrides]
    told = []
    for begin, end, pattern in first.values():
        event = pattern.event
        if event.overrides or not _covered(begin, end, covering):
            turned = begin > 0 and not event.fixed and is_negated(sentence[:begin], pattern.language)
            if not turned or event.source in ("event", "emotion"):
                told.append(Found(event, start + begin, start + end, turned))
    return told


def _covered(begin: int, end: int, covering: list[tuple[int, int]]) -> bool:
    for at, last in covering:  # noqa: SIM110 - any() takes twice as long, and this runs most
        if begin < last and at < end:
            return True
    return False


def is_negated(before: str, language: str) -> bool:
    """Whether what stands before a word turns it round; two negations cancel."""
    if language == "en":
        tail = before[-40:]
        return _has_negation(tail) and bool(_ENGLISH_NEGATION.search(tail))
    tail = before[-8:]
    return (
        not _CHINESE_NEGATING.isdisjoint(tail)
        and bool(_CHINESE_NEGATION.search(tail))
        and not _DOUBLE_NEGATION.search(tail)
    )


def _has_negation(text: str) -> bool:
    return "n't" in text or not _NEGATING.isdisjoint(text.split())


def _emoji(batch: Batch) -> Iterator[Found]:
    """Each kind of emoji once a comment."""
    known, seen = emoji(), set[tuple[int, int]]()
    places = np.flatnonzero(batch.kinds & SIGN)
    comments = np.searchsorted(batch.ends, places)
    for place, code, comment in zip(places.tolist(), batch.codes[places].tolist(), comments.tolist(), strict=True):
        if code in known and (comment, code) not in seen:
            seen.add((comment, code))
            yield Found(known[code], place, place + 1)


def _placed(found: list[Found], clauses: Clauses) -> Iterator[tuple[int, Found]]:
    """An event counts in the last clause it touches; its words say nothing else in all of them."""
    firsts = np.searchsorted(clauses.begins, [one.start for one in found], side="right") - 1
    lasts = np.searchsorted(clauses.begins, [one.end for one in found]) - 1
    for one, first, last in zip(found, firsts.tolist(), lasts.tolist(), strict=True):
        if first == last or not one.event.overrides:
            yield last, one
        else:
            yield from ((clause, one) for clause in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found as arrays, in step: where it counts, what it tells, how strongly the rest is put."""

    rows: Places
    groups: Places  # 0: a word, 1: an event, -1: tells neither for nor against
    weights: Floats
    degrees: Places  # 1: weak, 2: strong, 0: no degree
    same: Places  # the same number for one thing that counts in several clauses

    def only(self, chosen: Marks) -> "Figures":
        return Figures(
            self.rows[chosen], self.groups[chosen], self.weights[chosen], self.degrees[chosen], self.same[chosen]
        )

    def by(self, of_clause: Places) -> "Figures":
        """By row, each once in it, in however many of its clauses it counts."""
        moved = replace(self, rows=of_clause[self.rows])
        first = np.ones(len(self.rows), dtype=bool)
        first[1:] = (np.diff(moved.rows) != 0) | (np.diff(self.same) != 0)
        return moved.only(first)

    def tell(self, count: int) -> Floats:
        """Of each of so many rows, as the calibration weighs it: against, stated, for; words, then events."""
        told = self.groups >= 0
        groups, weights = 2 * self.rows[told] + self.groups[told], self.weights[told]

        def summed(values: Floats | None) -> Floats:
            return np.bincount(groups, values, minlength=2 * count).astype(float)

        against, favour = summed(np.maximum(-weights, 0)), summed(np.maximum(weights, 0))
        stated = (summed(None) > 0) & (against == 0) & (favour == 0)
        sides = (np.minimum(against, _MOST_TOLD), _STATEMENT * stated, np.minimum(favour, _MOST_TOLD))
        return np.column_stack(sides).reshape(count, SIDES)


def figures(found: Sequence[tuple[int, Found]]) -> Figures:
    events = [one.event for _, one in found]
    return Figures(
        rows=np.array([row for row, _ in found], dtype=np.int64),
        groups=np.array([(not e.plain) if e.source in _TOLD else -1 for e in events], dtype=np.int64),
        weights=np.array([one.weight for _, one in found], dtype=float),
        degrees=np.array([_DEGREES.get(e.name, 0) if e.source == "degree" else 0 for e in events], dtype=np.int64),
        same=np.array([id(one) for _, one in found], dtype=np.int64),
    )
