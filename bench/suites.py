"""Hand-written sentences of service life, and how well they are read: by this reader and by what is in use today.

python -m bench.suites
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from analysis.classifier import EMOTIONS, Label, read
from bench.text_peers import PEERS

FOLDER = Path(__file__).parent.parent / "tests/analysis/classifier"
LANGUAGES = ("en", "zh")
_LABELS: dict[int, Label] = {-1: "negative", 0: "neutral", 1: "positive"}


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


def remarks(language: str) -> list[Sentence]:
    """Remarks of many services in everyday and in pointed wording; `category` names the service. Never trained on."""
    return [Sentence(*row) for row in _rows(f"remarks_{language}")]


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


def report() -> None:
    """Share read right, for each category and reader; then the F1 of the feelings."""
    for language in LANGUAGES:
        sentences = service(language)
        columns = {
            name: right_by_category(sentences, labels)
            for name, labels in _read_by_each(language, [sentence.text for sentence in sentences])
        }
        print(
            f"\n| service language, {language} | sentences | {' | '.join(columns)} |\n|---|---|{'---|' * len(columns)}"
        )
        for category, rows in next(iter(columns.values())).items():
            print(_row(category.replace("_", " "), [column[category] for column in columns.values()], len(rows)))
        print(_row("all", [[*chain(*column.values())] for column in columns.values()], len(sentences)))
    print("\n| feelings | sentences | macro-F1 |\n|---|---|---|")
    for language in LANGUAGES:
        asked = felt(language)
        scores = emotion_f1(asked, [reading.emotions for reading in read([one.text for one in asked], [])])
        print(f"| {language} | {len(asked)} | {100 * sum(scores.values()) / len(scores):.1f} |")


def _read_by_each(language: str, texts: Sequence[str]) -> Iterator[tuple[str, list[Label]]]:
    """Ours, then each that reads the language and is installed; none of those has a `mixed`."""
    yield "this reader", [reading.label for reading in read(texts, [])]
    for peer in PEERS:
        if peer.language == language and peer.installed:
            yield peer.name, [_LABELS[outcome] for outcome in peer.outcomes(peer.polarities(texts)).tolist()]


def _row(name: str, columns: Sequence[Sequence[bool]], number: int) -> str:
    shares = " | ".join(f"{100 * sum(right) / len(right):.1f}" for right in columns)
    return f"| {name} | {number} | {shares} |"


if __name__ == "__main__":
    report()
