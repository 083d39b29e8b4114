"""Hand-written sentences of service life and how well a reader reads them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.classifier import EMOTIONS, Label

FOLDER = Path(__file__).parent.parent / "tests/analysis/classifier"
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Sentence:
    """What three service managers would agree on, without its strength; `category` says what makes it hard."""

    category: str
    label: str
    text: str


@dataclass(frozen=True)
class Felt:
    """A sentence and all the feelings it shows."""

    emotions: frozenset[str]
    text: str


def service(language: str) -> list[Sentence]:
    """Written apart from everything the reader learns from; never trained on, never tuned to."""
    return [Sentence(*row) for row in _rows(f"service_{language}")]


def felt(language: str) -> list[Felt]:
    """Sentences with the nine emotions, several at once or none; never trained on, never tuned to."""
    return [Felt(frozenset(names.split(",")) - {"none"}, text) for names, text in _rows(f"emotions_{language}")]


def _rows(name: str) -> list[list[str]]:
    lines = (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def is_right(wanted: str, label: Label) -> bool:
    """The strength does not count; finding no opinion is right where there is none."""
    found = "neutral" if label == "none" else label.removeprefix("very_")
    return found == wanted


def right_by_category(sentences: Sequence[Sentence], labels: Sequence[Label]) -> dict[str, list[bool]]:
    """For each category which sentences were read right."""
    found: dict[str, list[bool]] = defaultdict(list)
    for sentence, label in zip(sentences, labels, strict=True):
        found[sentence.category].append(is_right(sentence.label, label))
    return dict(found)


def emotion_f1(
    sentences: Sequence[Felt], readings: Sequence[Mapping[str, float]], threshold: float = 0.5
) -> dict[str, float]:
    """F1 (0-1) of each emotion; one counts as read from the threshold on."""
    scores: dict[str, float] = {}
    for emotion in EMOTIONS:
        pairs = [
            (emotion in sentence.emotions, reading.get(emotion, 0.0) >= threshold)
            for sentence, reading in zip(sentences, readings, strict=True)
        ]
        either = sum(there + said for there, said in pairs)
        scores[emotion] = 2 * sum(there and said for there, said in pairs) / either if either else 0.0
    return scores
