"""From texts to readings, in batches: everything of a batch is worked out in arrays and then written down."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.classifier import emotions, judging
from analysis.classifier.artefact import HEARD
from analysis.classifier.head import LocalHead
from analysis.classifier.judging import Floats, Marks
from analysis.classifier.linking import PLACED, Link, linker_for
from analysis.classifier.shapes import Label, MentionReading, Reading, TouchpointSeed
from analysis.classifier.understanding import Understood, understand

# Comments, and characters, worked on together: enough for speed, little enough for flat memory.
_COMMENTS, _CHARACTERS = 512, 100_000

# A clause that names no touchpoint speaks of the one named before it in the sentence, a little less surely.
_INHERITED = 0.7


@dataclass(frozen=True, slots=True)
class Whole:
    """A comment as one stretch, read without any head; `likely`: against, no opinion, for; `told`: by the lexicon."""

    text: str
    language: str
    likely: Floats
    told: Floats


def read(
    texts: Sequence[str],
    touchpoints: Sequence[TouchpointSeed],
    *,
    languages: Sequence[str | None] | None = None,
    head: LocalHead | None = None,
) -> list[Reading]:
    """One reading a text, in order; `languages` are hints, used only where a text does not show its own."""
    found: list[Reading] = []
    for some, hints in _chunks(texts, languages):
        with _uncollected():
            found += readings(understand(some, hints, head), touchpoints, head)
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Thousands of small objects are made here and none refers back to itself: looking for such costs a tenth."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _chunks(
    texts: Sequence[str], languages: Sequence[str | None] | None
) -> Iterator[tuple[Sequence[str], Sequence[str | None]]]:
    hints = languages if languages is not None else [None] * len(texts)
    if len(hints) != len(texts):
        raise ValueError("as many languages as texts")
    start, characters = 0, 0
    for i, text in enumerate(texts):
        characters += len(text)
        if i - start == _COMMENTS or (characters > _CHARACTERS and i > start):
            yield texts[start:i], hints[start:i]
            start, characters = i, len(text)
    if start < len(texts):
        yield texts[start:], hints[start:]


def wholes(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> list[Whole]:
    """What is known of whole texts before anything was learnt here."""
    return [whole for some, hints in _chunks(texts, languages) for whole in _wholes(understand(some, hints))]


def _wholes(read_: Understood) -> Iterator[Whole]:
    rows = read_.wholes
    each = zip(read_.languages, rows.starts.tolist(), rows.ends.tolist(), rows.likely, rows.told, strict=True)
    for language, start, end, likely, told in each:
        spoken = {"mixed": "zh", "other": ""}.get(language, language)
        yield Whole(read_.weighed(start, end), spoken, likely, told)


def readings(read_: Understood, touchpoints: Sequence[TouchpointSeed], head: LocalHead | None = None) -> list[Reading]:
    """What was understood of each comment, written down."""
    written = _Written(read_)
    mentions = _mentions(read_, written, touchpoints, head)
    return [written.reading(comment, said) for comment, said in enumerate(mentions)]


class _Written:
    """The arrays of a batch as lists: single values are read from lists many times faster."""

    def __init__(self, read_: Understood) -> None:
        parts, wholes_ = read_.parts, read_.wholes
        scored, firsts = parts.scores, read_.clauses.first[:-1]
        one_language = np.array(read_.languages) != "mixed"
        mixed = judging.is_mixed(wholes_.likely, wholes_.both) & (one_language | judging.two_sided(scored, firsts))
        self.labels = judging.labels(parts.likely, scored)
        self.scores = np.round(scored, 4).tolist()
        self.sure = np.round(parts.likely.max(axis=1), 4).tolist()
        self._languages, self._readable = read_.languages, read_.readable.tolist()
        self._wholes = judging.labels(wholes_.likely, wholes_.scores, mixed)
        self._scores = np.round(np.where(mixed, judging.between(scored, firsts), wholes_.scores), 4).tolist()
        self._sure = np.round(judging.sureness(wholes_.likely, wholes_.both), 4).tolist()
        self._felt = _felt(read_, mixed)
        self._truncated = (read_.batch.truncated | read_.clauses.truncated).tolist()

    def reading(self, comment: int, mentions: tuple[MentionReading, ...]) -> Reading:
        language, truncated = self._languages[comment], self._truncated[comment]
        if not self._readable[comment]:
            return Reading(language, "none", 0.0, 1.0, truncated=truncated)
        score, sure = self._scores[comment], self._sure[comment]
        return Reading(language, self._wholes[comment], score, sure, self._felt[comment], mentions, truncated)


def _felt(read_: Understood, mixed: Marks) -> list[dict[str, float]]:
    """The feelings of each comment; a mixed one has room for all of them."""
    count, found = len(read_.languages), read_.found.by(read_.clauses.comments)
    told = emotions.told_in(found.rows, found.things.felt[found.which], count)
    untold = emotions.told_in(found.rows, found.things.denied[found.which], count)
    room = np.where(mixed[:, None], 0, read_.wholes.likely)
    heard = np.where(untold > 0, -np.inf, read_.wholes.linear[:, HEARD:])
    return emotions.named(emotions.strengths(told, room, heard))


def _mentions(
    read_: Understood, written: _Written, touchpoints: Sequence[TouchpointSeed], head: LocalHead | None
) -> Iterator[tuple[MentionReading, ...]]:
    """Of each comment: clauses with an opinion or a touchpoint; neighbours that say the same of the same are one."""
    clauses, linker = read_.clauses, linker_for(touchpoints, head)
    links = linker.links_in(read_.batch, read_.spoken, clauses.starts, clauses.ends, clauses.comments)
    starts = read_.batch.places_given(clauses.starts, clauses.comments).tolist()
    ends = read_.batch.places_given(clauses.ends, clauses.comments).tolist()
    each = list(
        zip(links, clauses.sentences.tolist(), written.labels, written.scores, written.sure, starts, ends, strict=True)
    )
    for said_in, (first, last) in zip(read_.languages, pairwise(clauses.first.tolist()), strict=True):
        yield _of_comment(each[first:last]) if said_in != "other" else ()


def _of_comment(clauses: Iterable[tuple[list[Link], int, Label, float, float, int, int]]) -> tuple[MentionReading, ...]:
    mentions: list[MentionReading] = []
    sentence, named = -1, list[Link]()
    for links, within, label, score, sure, start, end in clauses:
        if within != sentence:
            sentence, named = within, []
        found = links if links[0].touchpoint or not named else _with_context(links, named)
        if found[0].touchpoint:
            named = found
        for touchpoint, candidates, confidence, by_default in found:
            if label != "neutral" or (touchpoint and not by_default):
                as_sure = confidence if touchpoint else sure
                new = MentionReading(touchpoint, candidates, start, end, label, score, as_sure)
                if mentions and _is_same(mentions[-1], new):
                    mentions[-1] = _together(mentions[-1], new)
                else:
                    mentions.append(new)
    return tuple(mentions)


def _with_context(links: list[Link], named: list[Link]) -> list[Link]:
    """A clause that names nothing speaks of what its sentence named before."""
    if links[0].candidates:
        return links
    inherited = [Link(link.touchpoint, (), round(link.confidence * _INHERITED, 3)) for link in named]
    return [link for link in inherited if link.confidence >= PLACED] or links


def _is_same(one: MentionReading, other: MentionReading) -> bool:
    return one.touchpoint == other.touchpoint and one.label == other.label and one.candidates == other.candidates


def _together(one: MentionReading, other: MentionReading) -> MentionReading:
    score, sure = max(one.score, other.score, key=abs), max(one.confidence, other.confidence)
    return one._replace(end=other.end, score=score, confidence=sure)
