"""The words by which touchpoints are known: their names, keywords and descriptions, and the topics they stand for."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from analysis.classifier import topics
from analysis.classifier.batch import folded
from analysis.classifier.shapes import TouchpointSeed
from analysis.classifier.stemming import stem
from analysis.classifier.wordlists import small_words

# What a word says about a touchpoint, by where it stands.
KEYWORD, NAME, NAME_PART, TOPIC, DESCRIPTION = 1.0, 1.2, 0.6, 0.55, 0.25

_ENGLISH_WORD = re.compile(r"[a-z][a-z0-9']*")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
# Joints between the words of a Chinese name or description.
_HAN_JOINT = re.compile(r"[的和与及或在是把被给向对从到了着过等并将由为]")

# English terms are stems with blanks between them, Chinese ones stand as they are.
Weighed = dict[str, dict[int, float]]


def kind(weight: float) -> int:
    """Names and keywords, common words of the topic, words of the description."""
    return 0 if weight > TOPIC else (1 if weight > DESCRIPTION else 2)


def weighed(touchpoints: Sequence[TouchpointSeed]) -> Weighed:
    """Every term with its best weight for each touchpoint, by column; a shorter term in a longer one counts too."""
    found: Weighed = defaultdict(dict)
    for column, touchpoint in enumerate(touchpoints):
        for term, weight in _own(touchpoint):
            _better(found[term], column, weight)
    _add_topics(found, touchpoints)
    return found


def _better(columns: dict[int, float], column: int, weight: float) -> None:
    columns[column] = max(columns.get(column, 0.0), weight)


def _add_topics(found: Weighed, touchpoints: Sequence[TouchpointSeed]) -> None:
    """Common words of a topic count where no touchpoint claims them as a keyword or name of its own."""
    claimed = {term for term, columns in found.items() if max(columns.values()) > TOPIC}
    for column, touchpoint in enumerate(touchpoints):
        for key in topics.named(touchpoint.name.values()):
            for word in topics.topics()[key].words:
                term = _term(word)
                if term and term not in claimed:
                    _better(found[term], column, TOPIC)


def _own(touchpoint: TouchpointSeed) -> Iterator[tuple[str, float]]:
    for name in touchpoint.name.values():
        yield from _of(name, NAME, NAME_PART)
    for keyword in touchpoint.keywords:
        yield from _of(keyword, KEYWORD, 0.0)
    yield from _of(touchpoint.description, 0.0, DESCRIPTION)


def _of(text: str, whole: float, part: float) -> Iterator[tuple[str, float]]:
    read = folded(text).strip()
    if whole and (term := _term(read)):
        yield term, whole
    if part:
        yield from ((piece, part) for piece in _parts(read))


def _term(text: str) -> str:
    return " ".join(_stems(text)) if text.isascii() else text


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _ENGLISH_WORD.findall(text)]


def _parts(text: str) -> Iterable[str]:
    for word in _ENGLISH_WORD.findall(text):
        if len(word) > 1 and word not in small_words("no_topic"):
            yield stem(word)
    for run in _HAN_RUN.findall(text):
        yield from _pieces(run)


def _pieces(run: str) -> Iterator[str]:
    """Chinese writes no spaces: the parts between joints, and the halves of a four-character name."""
    for piece in _HAN_JOINT.split(run):
        if 2 <= len(piece) <= 6:
            yield piece
        if len(piece) == 4:
            yield from (piece[:2], piece[2:])
