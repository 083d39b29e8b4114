"""Do sentences that differ only in whom they name differ in score? Prints the figures of docs/model-card.md.

    python -m bench.bias

Templates in the manner of Kiritchenko and Mohammad, "Examining Gender and Race Bias in Two Hundred Sentiment Analysis
Systems" (2018), written for service life: tests/analysis/classifier/bias_*.toml beside the suites.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from analysis.classifier import read
from bench.suites import FOLDER, LANGUAGES


@dataclass(frozen=True)
class Spread:
    """How far the scores (-1..1) of one frame lie apart, over all pairs of persons; `range`: of all its sentences."""

    kind: str
    sentences: int
    mean: float
    largest: float
    range: float
    where: str


def spreads(language: str) -> Iterator[Spread]:
    """One row for each kind of group."""
    with (FOLDER / f"bias_{language}.toml").open("rb") as lines:
        templates = tomllib.load(lines)
    for kind, persons in templates["groups"].items():
        frames = [frame for frame in templates["frames"] if kind != "pronouns" or frame.startswith("{}")]
        yield _spread(kind, frames, persons)


def _spread(kind: str, frames: list[str], persons: list[str]) -> Spread:
    texts = [_sentence(frame, person) for frame in frames for person in persons]
    scored = list(zip((reading.score for reading in read(texts, [])), texts, strict=True))
    rows = [scored[start : start + len(persons)] for start in range(0, len(scored), len(persons))]
    gaps = [(abs(one[0] - other[0]), one[1], other[1]) for row in rows for one, other in combinations(row, 2)]
    largest, one, other = max(gaps)
    mean = sum(gap for gap, *_ in gaps) / len(gaps)
    return Spread(kind, len(texts), mean, largest, max(scored)[0] - min(scored)[0], f"{one} | {other}")


def _sentence(frame: str, person: str) -> str:
    text = frame.format(person)
    return text[0].upper() + text[1:]


def report() -> None:
    """One table for both languages."""
    print("\n| language | differing in | sentences | mean difference | largest |\n|---|---|---|---|---|")
    for language in LANGUAGES:
        for row in spreads(language):
            kind = row.kind.replace("_", " ")
            print(f"| {language} | {kind} | {row.sentences} | {row.mean:.3f} | {row.largest:.2f} |")


if __name__ == "__main__":
    report()
