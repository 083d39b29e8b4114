"""What is known of words before any comment was labelled: lists of words with their polarity, and word vectors.

For training only. Both are linear in the counts of pieces, so what is learnt of them is folded into the weights of
the pieces: a word no labelled text held is read by what it has in common with others, at no cost when reading.
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import grams

Floats = NDArray[np.floating[Any]]

# The archive of `synonyms` 3.8.0 as the Python package index has it (MIT).
_ARCHIVE, _MEMBER = "synonyms-3.8.0.tar.gz", "synonyms-3.8.0/synonyms/data/words.vector"
_MOST_WORDS = 40_000  # the most frequent ones: more of them would share buckets with pieces that count
_LISTED = re.compile(r'<word form="([a-z]+)".*?polarity="([-\d.]+)" subjectivity="([-\d.]+)"')
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]{1,4}")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A row of values for each bucket that something is known of."""

    buckets: NDArray[np.int32]
    values: Floats

    def of(self, counts: Any) -> Floats:
        """The sum of what is known of a text's pieces."""
        known: Floats = counts[:, self.buckets] @ self.values
        return known

    def spread(self, counts: Any, width: float) -> "Knowledge":
        """The same, each column as wide as told over these texts."""
        usual = self.of(counts).std(axis=0)
        return Knowledge(self.buckets, self.values * (width / np.maximum(usual, 1e-6)).astype(np.float32))

    def folded(self, weights: Floats) -> Floats:
        """The same judgement as weights of pieces."""
        folded = np.zeros(grams.BUCKETS)
        np.add.at(folded, self.buckets, self.values @ weights)
        return folded


def known(language: str, vectors: Path | None) -> Knowledge:
    if language == "en":
        return _of_list()
    if vectors is None:
        return Knowledge(np.zeros(0, dtype=np.int32), np.zeros((0, 1), dtype=np.float32))
    return _of_vectors(vectors)


def _of_list() -> Knowledge:
    """TextBlob's list: how far each word is for, against, and a judgement at all; and the same where it is negated."""
    found = files("textblob").joinpath("en/en-sentiment.xml").read_text("utf-8")
    meant: dict[str, list[tuple[float, float, float]]] = {}
    for word, polarity, subjectivity in _LISTED.findall(found):
        value = float(polarity)
        meant.setdefault(word, []).append((max(value, 0), max(-value, 0), float(subjectivity) / 2))
    values = np.array([np.mean(each, axis=0) for each in meant.values()], dtype=np.float32)
    plain, negated = grams.word_buckets(list(meant))
    nothing = np.zeros_like(values)
    both = np.vstack([np.hstack([values, nothing]), np.hstack([nothing, values])])
    return Knowledge(np.concatenate([plain, negated]), both)


def _of_vectors(folder: Path) -> Knowledge:
    with tarfile.open(folder / _ARCHIVE) as archive:
        file = archive.extractfile(_MEMBER)
        if file is None:
            raise ValueError(f"{_ARCHIVE} holds no {_MEMBER}")
        pairs = [pair for pair in _vectors(file) if _HAN_WORD.fullmatch(pair[0])][:_MOST_WORDS]
    values = np.array([vector / max(float(np.linalg.norm(vector)), 1e-6) for _, vector in pairs], dtype=np.float32)
    return Knowledge(grams.neighbour_buckets([word for word, _ in pairs]), values - values.mean(axis=0))


def _vectors(file: IO[bytes]) -> Iterator[tuple[str, Floats]]:
    """The binary form of word2vec: a word, a space, its figures."""
    count, width = map(int, file.readline().split())
    for _ in range(count):
        word = bytearray()
        while (letter := file.read(1)) not in (b" ", b""):
            word += letter
        vector = np.frombuffer(file.read(4 * width), dtype="<f4")
        yield word.decode("utf-8", "ignore").strip(), vector
