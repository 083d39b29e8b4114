"""From texts to readings, in batches: everything of a batch is worked out in arrays and then written down."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import starmap

import numpy as np

from analysis.classifier import emotions, judging
from analysis.classifier.artefact import HEARD
from analysis.classifier.characters import Places
from analysis.classifier.head import LocalHead
from analysis.classifier.judging import Floats, Marks
from analysis.classifier.linking import linker_for
from analysis.classifier.mentions import Said, mentions
from analysis.classifier.shapes import MentionReading, Reading, TouchpointSeed
from analysis.classifier.understanding import Understood, understand

# Comments, and characters, worked on together: enough for speed, little enough for flat memory.
_COMMENTS, _CHARACTERS = 512, 100_000


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
    parts, wholes_, firsts = read_.parts, read_.wholes, read_.clauses.first[:-1]
    scored, readable = parts.scores, read_.readable
    mixed = _mixed(read_, scored)
    scores = np.where(mixed, judging.between(scored, firsts), wholes_.scores)
    columns = (
        read_.languages,
        [judging.NAMES[label] for label in _labels(read_, mixed).tolist()],
        np.where(readable, np.round(scores, 4), 0).tolist(),
        np.where(readable, np.round(judging.sureness(wholes_.likely, wholes_.both), 4), 1).tolist(),
        _felt(read_, mixed),
        _mentions(read_, scored, touchpoints, head),
        (read_.batch.truncated | read_.clauses.truncated).tolist(),
    )
    return list(starmap(Reading, zip(*columns, strict=True)))


def _mixed(read_: Understood, scored: Floats) -> Marks:
    one_language = np.array(read_.languages) != "mixed"
    mixed = judging.is_mixed(read_.wholes.likely, read_.wholes.both)
    found: Marks = mixed & (one_language | judging.two_sided(scored, read_.clauses.first[:-1]))
    return found


def _labels(read_: Understood, mixed: Marks) -> Places:
    labels = judging.labels(read_.wholes.likely, read_.wholes.scores)
    labels[mixed] = judging.MIXED
    labels[~read_.readable] = judging.NONE
    return labels


def _felt(read_: Understood, mixed: Marks) -> list[dict[str, float]]:
    """The feelings of each comment; a mixed one has room for all of them."""
    count, found = len(read_.languages), read_.found.by(read_.clauses.comments)
    told = emotions.told_in(found.rows, found.things.felt[found.which], count)
    untold = emotions.told_in(found.rows, found.things.denied[found.which], count)
    room = np.where(mixed[:, None], 0, read_.wholes.likely)
    heard = np.where(untold > 0, -np.inf, read_.wholes.linear[:, HEARD:])
    felt = emotions.strengths(told, room, heard)
    felt[~read_.readable] = 0
    return emotions.named(felt)


def _mentions(
    read_: Understood, scored: Floats, touchpoints: Sequence[TouchpointSeed], head: LocalHead | None
) -> list[tuple[MentionReading, ...]]:
    clauses, batch, linker = read_.clauses, read_.batch, linker_for(touchpoints, head)
    links = linker.links_in(batch, read_.spoken, clauses.starts, clauses.ends, clauses.comments)
    said = Said(
        comments=clauses.comments,
        sentences=clauses.sentences,
        labels=judging.labels(read_.parts.likely, scored),
        scores=np.round(scored, 4),
        sure=np.round(read_.parts.likely.max(axis=1), 4),
        starts=batch.places_given(clauses.starts, clauses.comments),
        ends=batch.places_given(clauses.ends, clauses.comments),
    )
    return mentions(said, links, read_.readable & (np.array(read_.languages) != "other"))
