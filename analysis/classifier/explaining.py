"""Why a text is read as it is: the words of the text itself that moved the classifiers, and what the lexicon knew."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from analysis.classifier import artefact, batch, english, grams, judging, reader, words
from analysis.classifier.characters import HAN, LETTER, SIGN
from analysis.classifier.clauses import cut
from analysis.classifier.head import LocalHead
from analysis.classifier.shapes import ClauseReading, Explanation, Hit, TouchpointSeed
from analysis.classifier.signs import Sign
from analysis.classifier.summing import summed
from analysis.classifier.understanding import Understood, understand

_LANGUAGES = {1: "en", 2: "zh"}
# Words shown of a clause, and the least they must have moved its log-odds.
_MOST_WORDS, _LEAST = 4, 0.1
_TOGETHER = 2  # Chinese characters taken as one word


def explain(
    text: str,
    touchpoints: Sequence[TouchpointSeed] = (),
    *,
    language: str | None = None,
    head: LocalHead | None = None,
) -> Explanation:
    """A reading, and for every clause what counted."""
    understood = understand([text], [language], head)
    (reading,) = reader.readings(understood, touchpoints, head)
    return Explanation(reading, tuple(_clauses(understood)))


def _clauses(read: Understood) -> Iterator[ClauseReading]:
    scores, linear = read.parts.scores.tolist(), (1 / (1 + np.exp(-read.parts.linear[:, : artefact.STAGES]))).tolist()
    labels = judging.labels(read.parts.likely, read.parts.scores).tolist()
    for clause, (start, end) in enumerate(zip(read.clauses.starts.tolist(), read.clauses.ends.tolist(), strict=True)):
        opinion, positive = (round(one, 3) for one in linear[clause])
        hits = (*_told(read, clause), *_words(read, clause, read.weighed(start, end)))
        text = read.batch.text[start:end]
        yield ClauseReading(text, opinion, positive, judging.NAMES[labels[clause]], round(scores[clause], 3), hits)


def _told(read: Understood, clause: int) -> Iterator[Hit]:
    for counted, found in read.found:
        if counted == clause and found.event.source != "degree":
            yield Hit(found.event.source, _name(found), read.batch.text[found.start : found.end].strip(), found.weight)


def _name(found: Sign) -> str:
    return ("not_" if found.turned else "") + found.event.name


def _words(read: Understood, clause: int, text: str) -> list[Hit]:
    """The words without which the clause would be read otherwise; and those TextBlob's lexicon knows."""
    language = _LANGUAGES.get(int(read.read_as[clause]))
    if language is None:
        return []
    moved = _moved(text, language)
    hits = [Hit("word", "classifier", word, weight) for word, weight in moved]
    return hits + english.lexicon_hits(text) if language == "en" else hits


def _moved(text: str, language: str) -> list[tuple[str, float]]:
    """By leaving each word out in turn: by how much it moves the direction."""
    gathered = batch.gather([text])
    spans = _spans(gathered)
    without = [text, *(text[:start] + " " * (end - start) + text[end:] for start, end in spans)]
    directions = _directions(without, language)
    moved = sorted(zip(spans, (directions[0] - directions[1:]).tolist(), strict=True), key=lambda one: -abs(one[1]))
    chosen: list[tuple[int, int]] = []
    found: list[tuple[str, float]] = []
    for (start, end), weight in moved:
        if len(found) < _MOST_WORDS and abs(weight) >= _LEAST and all(end <= a or b <= start for a, b in chosen):
            chosen.append((start, end))
            found.append((text[start:end], round(float(np.tanh(weight)), 3)))
    return found


def _spans(gathered: batch.Batch) -> list[tuple[int, int]]:
    """English words, and Chinese characters by two."""
    found = words.find(gathered)
    kinds = gathered.kinds[found.starts]
    spoken = [
        (start, end, bool(kind & HAN))
        for start, end, kind in zip(found.starts.tolist(), found.ends.tolist(), kinds.tolist(), strict=True)
        if kind & (LETTER | SIGN)
    ]
    pairs = [(a, d) for (a, b, one), (c, d, two) in pairwise(spoken) if one and two and b == c]
    return [(start, end) for start, end, han in spoken if not han] + (pairs or [(a, b) for a, b, han in spoken if han])


def _directions(texts: Sequence[str], language: str) -> judging.Floats:
    gathered = batch.gather(texts)
    found = words.find(gathered)
    clauses = cut(gathered, found)
    pieces = grams.pieces(gathered, found, clauses, language, np.ones(len(clauses), dtype=bool))
    return summed(pieces, artefact.shipped()[1][language]).logits(clauses.first[:-1])[:, 1]
