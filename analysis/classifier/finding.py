"""Finds what the lexicon knows in a whole batch: first what patterns need, then only the patterns that may match."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np

from analysis.classifier.batch import Batch
from analysis.classifier.characters import SIGN, Places
from analysis.classifier.clauses import Clauses
from analysis.classifier.inventory import Pattern, emoji, patterns
from analysis.classifier.literals import Literals
from analysis.classifier.shapes import Language
from analysis.classifier.signs import Found, Marks, Things, known, spread
from analysis.classifier.wordlists import lists
from analysis.classifier.words import Words

_ENGLISH_NEGATION = re.compile(
    r"(?:\b(?:not|no|never|without|nothing|nobody|hardly|barely|neither|nor|cannot|stop(?:ped)?)\b|n't\b)"
    r"(?:\s+(?!but\b)\w+){0,2}\s+(?:a |an |the |any )?$"
)
_CONTRACTED = "n't"
_CHINESE_NEGATION = re.compile(
    r"(?:不|没|没有|无|未|别|并非|无需|不用|不必|从未|不再|谈不上)(?:是|很|太|算|够|怎么|那么|有|再|一点|半点|丝毫|任何|什么)?$"
)
_CHINESE_NEGATING = tuple(map(ord, "不没无未别非"))  # every one of them holds one of these
_DOUBLE_NEGATION = re.compile(r"(?:不是|没有|并非|不能说|不会)不$")

_CONDITIONS = 4  # a pattern has no more
_PLACE_BITS = 32
_BITS = {"en": 1, "zh": 2, "mixed": 3}
# Characters before an event in which a negation is looked for.
_ENGLISH_REACH, _CHINESE_REACH = 40, 8


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


@dataclass(frozen=True, slots=True)
class _Sentences:
    starts: Places
    ends: Places
    languages: Places  # bits of _BITS


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Patterns to be tried in sentences, in rising order; one with edges a < b begins at one of places[a:b]."""

    sentences: Places
    patterns: Places
    edges: Places  # two rows
    places: Places

    def firsts(self, starts: Places) -> Places:
        """Where each is tried first, counted in its sentence; what may begin anywhere is looked for from 0 on."""
        opened, found = np.flatnonzero(self.edges[0] < self.edges[1]), np.zeros(len(self.sentences), dtype=np.int64)
        found[opened] = self.places[self.edges[0, opened]] - starts[self.sentences[opened]]
        return found


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


def find(batch: Batch, spoken: Words, clauses: Clauses, languages: Sequence[Language]) -> Found:
    """What is told in each comment, each event once a sentence, with the clause it counts in."""
    bits = np.array([_BITS.get(language, 0) for language in languages])
    firsts = np.flatnonzero(np.diff(clauses.sentences, prepend=-1))
    ends = np.append(clauses.until[firsts[1:] - 1], clauses.until[-1:])
    sentences = _Sentences(clauses.begins[firsts], ends, bits[clauses.comments[firsts]])
    told = _told(batch, spoken, sentences, _candidates(spoken, sentences))
    return _placed(_emoji(batch).and_(told), clauses)


def _candidates(spoken: Words, sentences: _Sentences) -> _Candidates:
    """Sentences, and the patterns all of whose conditions are met there."""
    lexicon, count = _lexicon(), len(patterns())
    places, strings = lexicon.literals.find(spoken.sums)
    rows = np.searchsorted(sentences.starts, places, side="right") - 1
    many = lexicon.firsts[strings + 1] - lexicon.firsts[strings]
    offsets = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    needs = lexicon.needs[np.repeat(lexicon.firsts[strings], many) + offsets]
    asked = np.repeat(rows, many) * (count * _CONDITIONS) + needs
    pairs = _met(asked, lexicon.wanted)
    if len(lexicon.always):
        always = (np.arange(len(sentences.starts))[:, None] * count + lexicon.always).ravel()
        pairs = np.sort(np.concatenate([pairs, always]))
    pairs = pairs[sentences.languages[pairs // count] & lexicon.languages[pairs % count] > 0]
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


def _told(batch: Batch, spoken: Words, sentences: _Sentences, tried: _Candidates) -> Things:
    """Of each event its first match in a sentence; what an overriding event covers is dropped."""
    matched, spans = _matched(batch.text, sentences, tried)
    rows, patterns_ = tried.sentences[matched], tried.patterns[matched]
    begins = sentences.starts[rows]
    starts, ends = (spans + begins[:, None]).T
    events = known().of_patterns[patterns_]
    kept = _first_of_each(rows, events, starts)
    kept = kept[_uncovered(len(batch.codes), known().overrides[events[kept]], starts[kept], ends[kept])]
    english = _lexicon().languages[patterns_[kept]] == _BITS["en"]
    turned = _turned(batch, spoken, begins[kept], starts[kept], known().fixed[events[kept]], english)
    return Things(events[kept], starts[kept], ends[kept], turned)


def _matched(text: str, sentences: _Sentences, tried: _Candidates) -> tuple[Places, Places]:
    """Which of the candidates match, and the first match of each, counted in its sentence."""
    said = [text[start:end] for start, end in zip(sentences.starts.tolist(), sentences.ends.tolist(), strict=True)]
    each, firsts = patterns(), tried.firsts(sentences.starts).tolist()
    rows, numbers = tried.sentences.tolist(), tried.patterns.tolist()
    found = [each[number].tried(said[row], at) for row, number, at in zip(rows, numbers, firsts, strict=True)]
    for i in np.flatnonzero(tried.edges[1] - tried.edges[0] > 1).tolist():
        if not found[i]:
            start, (a, b) = int(sentences.starts[rows[i]]), tried.edges[:, i].tolist()
            found[i] = _begun(each[numbers[i]], said[rows[i]], (tried.places[a + 1 : b] - start).tolist())
    matched = [i for i, match in enumerate(found) if match]
    spans = np.fromiter(chain.from_iterable(match.span() for match in found if match), np.int64, 2 * len(matched))
    return np.array(matched, dtype=np.int64), spans.reshape(-1, 2)


def _begun(pattern: Pattern, sentence: str, places: list[int]) -> re.Match[str] | None:
    """Where it may begin is known: much less is tried than in a search."""
    for place in places:
        if match := pattern.tried(sentence, place):
            return match
    return None


def _first_of_each(rows: Places, events: Places, starts: Places) -> Places:
    """Of the matches of one event in one sentence, which stand side by side, the leftmost; of equal ones the first."""
    firsts = np.flatnonzero((np.diff(rows, prepend=-1) != 0) | (np.diff(events, prepend=-1) != 0))
    if not len(firsts):
        return firsts
    leftmost = np.minimum.reduceat(starts << _PLACE_BITS | np.arange(len(starts)), firsts)
    found: Places = leftmost & ((1 << _PLACE_BITS) - 1)
    return found


def _uncovered(length: int, overrides: Marks, starts: Places, ends: Places) -> Marks:
    """Which override themselves, or touch nothing that does."""
    if not overrides.any():
        return ~overrides
    covered = np.append(0, np.cumsum(spread(length, starts[overrides], ends[overrides])))
    free: Marks = overrides | (covered[ends] == covered[starts])
    return free


def _turned(batch: Batch, spoken: Words, begins: Places, starts: Places, fixed: Marks, english: Marks) -> Marks:
    """Which a negation before them in their sentence turns round; tried only where a negating word is near."""
    near = np.where(english, _behind_english(batch, spoken, begins, starts), _behind_chinese(batch, begins, starts))
    reach = np.where(english, _ENGLISH_REACH, _CHINESE_REACH)
    tried = np.flatnonzero(near & ~fixed)
    spans = zip(np.maximum(begins, starts - reach)[tried].tolist(), starts[tried].tolist(), strict=True)
    before = zip([batch.text[start:end] for start, end in spans], english[tried].tolist(), strict=True)
    turned = np.zeros(len(starts), dtype=bool)
    turned[tried] = [_negates_english(one) if in_english else _negates_chinese(one) for one, in_english in before]
    return turned


def _behind_english(batch: Batch, spoken: Words, begins: Places, starts: Places) -> Marks:
    negating = np.flatnonzero(spoken.are("negates_event") | spoken.ending(batch.codes, _CONTRACTED))
    if not len(negating):
        return np.zeros(len(starts), dtype=bool)
    last = np.searchsorted(spoken.ends[negating], starts, side="right") - 1
    from_, until = spoken.starts[negating[last]], spoken.ends[negating[last]]
    near: Marks = (last >= 0) & (from_ >= begins) & (from_ >= starts - _ENGLISH_REACH) & (until < starts)
    return near


def _behind_chinese(batch: Batch, begins: Places, starts: Places) -> Marks:
    before = starts[:, None] - np.arange(1, _CHINESE_REACH + 1)
    near: Marks = np.isin(batch.codes[np.maximum(before, 0)], _CHINESE_NEGATING) & (before >= begins[:, None])
    found: Marks = near.sum(axis=1) > 0
    return found


def _negates_english(before: str) -> bool:
    """A negating word stands by itself: one that other marks touch says something else."""
    by_itself = _CONTRACTED in before or not lists()["negates_event"].isdisjoint(before.split())
    return by_itself and bool(_ENGLISH_NEGATION.search(before))


def _negates_chinese(before: str) -> bool:
    """Two negations cancel."""
    return bool(_CHINESE_NEGATION.search(before)) and not _DOUBLE_NEGATION.search(before)


def _emoji(batch: Batch) -> Things:
    """Each kind of emoji once a comment."""
    places = np.flatnonzero(batch.kinds & SIGN)
    codes, events = _emoji_by_code()
    at = np.minimum(np.searchsorted(codes, batch.codes[places]), len(codes) - 1)
    same = codes[at] == batch.codes[places]
    places, at = places[same], at[same]
    _, first = np.unique(np.searchsorted(batch.ends, places) * len(codes) + at, return_index=True)
    first.sort()
    return Things(events[at[first]], places[first], places[first] + 1, np.zeros(len(first), dtype=bool))


@lru_cache(maxsize=1)
def _emoji_by_code() -> tuple[Places, Places]:
    codes = np.array(list(emoji()), dtype=np.int64)
    order = np.argsort(codes)
    return codes[order], known().of_emoji[order]


def _placed(things: Things, clauses: Clauses) -> Found:
    """An event counts in the last clause it touches; its words say nothing else in all of them."""
    firsts = np.searchsorted(clauses.begins, things.starts, side="right") - 1
    lasts = np.searchsorted(clauses.begins, things.ends) - 1
    many = np.where(known().overrides[things.events], lasts - firsts + 1, 1)
    offsets = np.arange(many.sum()) - np.repeat(np.cumsum(many) - 1, many)
    return Found(np.repeat(lasts, many) + offsets, np.repeat(np.arange(len(many)), many), things)
