"""Measures the reader of comments and prints the tables of docs/model-card.md.

    python -m bench.text DATA_DIR [--language en|zh] [--only domains|touchpoints|suites|speed]

A set never counts for its own score: its whole domain is left out of training, of the calibration too.
"""

import argparse
import csv
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from analysis.classifier import artefact, corpora, read, training
from analysis.classifier.sentiment import Floats, two_stage
from analysis.classifier.shapes import Language
from bench.text_touchpoints import touchpoints
from bench.touchpoint_sets import CARS, FABSA

OPINIONS = ("positive", "negative")
SUITES = Path(__file__).parent.parent / "tests/analysis/classifier"
# TextBlob's polarity has no neutral of its own: between these bounds it counts as none. Not tuned.
_TEXTBLOB_BOUNDS = (-0.05, 0.1)


def expected_calibration_error(likely: Floats, labels: Floats) -> float:
    """Mean distance between confidence and hit rate over ten bins, weighted by their size."""
    sure, right = likely.max(axis=1), likely.argmax(axis=1) - 1 == labels
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(sure[bins == k].mean() - right[bins == k].mean()) * (bins == k).mean() for k in np.unique(bins)]
    return float(sum(gaps))


def domain_scores(corpus: training.Corpus, family: str) -> list[str]:
    """One row: texts, three classes, two classes, AUC of the direction, TextBlob, calibration error."""
    held = corpus.families == family
    weights = training.fit(corpus, ~held)
    inputs = training.inputs_of(corpus, held, weights.linear, weights.intercepts)
    likely, labels = two_stage(inputs @ weights.blend.T, corpus.told[held]), corpus.labels[held]
    return [
        family,
        f"{len(labels):,}",
        percent(f1_score(labels, likely.argmax(axis=1) - 1, average="macro")) if 0 in labels else "",
        *_direction(likely[labels != 0], labels[labels != 0]),
        _textblob(corpus, held, labels),
        percent(expected_calibration_error(likely, labels)),
    ]


def _direction(likely: Floats, labels: Floats) -> tuple[str, str]:
    margin = likely[:, 2] - likely[:, 0]
    f1 = f1_score(labels > 0, margin > 0, average="macro")
    return percent(f1), percent(roc_auc_score(labels > 0, margin))


def _textblob(corpus: training.Corpus, held: Floats, labels: Floats) -> str:
    if corpus.polarities is None:
        return ""
    low, high = _TEXTBLOB_BOUNDS
    polarity = corpus.polarities[held]
    return percent(f1_score(labels, np.where(polarity > high, 1, np.where(polarity < low, -1, 0)), average="macro"))


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def domains(data: Path, language: Language) -> None:
    corpus = training.read_corpus(data, language, seed=7)
    print(f"\n| {language}: domain left out | texts | 3 classes | 2 classes | AUC | TextBlob | calibration error |")
    print("|---|---|---|---|---|---|---|")
    for family in np.unique(corpus.families):
        print("| " + " | ".join(domain_scores(corpus, str(family))) + " |", flush=True)


def suites() -> None:
    """Hand-written sentences, labels without their strength: `suite` is known to the lexicon, `fresh` never was."""
    print("\n| sentences | number | right | direction right, by the sign of the score |\n|---|---|---|---|")
    for name in ("suite_en", "suite_zh", "fresh_en", "fresh_zh"):
        with (SUITES / f"{name}.tsv").open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        pairs = list(zip(read([row["text"] for row in rows], []), (row["label"] for row in rows), strict=True))
        right = sum(reading.label.removeprefix("very_") == label for reading, label in pairs)
        ways = [(reading.score > 0) == (label == "positive") for reading, label in pairs if label in OPINIONS]
        print(f"| {name} | {len(rows)} | {percent(right / len(rows))} | {percent(sum(ways) / len(ways))} |")


def research_only(data: Path) -> None:
    """Sets that are never trained from, read by the shipped weights: macro-F1, three classes."""
    print("\n| never trained from | texts | 3 classes |\n|---|---|---|")
    for name in ("zht_dimabsa_laptop", "zht_dimabsa_finance", "en_semeval16_laptop", "en_semeval15_hotel"):
        rows = list(corpora.rows(data, corpora.Source(name, "", "", neutral=True)))
        readings = read([row.text for row in rows], [], languages=[name[:2]] * len(rows))
        found = [1 if one.score > 0 else -1 for one in readings]
        found = [0 if one.label in ("neutral", "none") else way for one, way in zip(readings, found, strict=True)]
        print(f"| {name} | {len(rows):,} | {percent(f1_score([row.label for row in rows], found, average='macro'))} |")


ENGLISH = (
    "The colleague on the phone was kind and patient, but the approval of my request took three days "
    "and nobody told me why it was so slow."
)
CHINESE = "电话里的同事很有耐心,但是我的申请审批花了三天时间,没有人告诉我为什么这么慢,希望改进。"


def speed() -> None:
    """Whole readings on one core, with 20 touchpoints; the file's size and load time."""
    seeds = [*FABSA, *CARS][:20]
    print(f"\nload of the weights: {1000 * seconds(lambda: artefact.load(weights_path())):.0f} ms, ", end="")
    print(f"{weights_path().stat().st_size / 1e6:.2f} MB")
    read([ENGLISH, CHINESE], seeds)
    for text in (ENGLISH, CHINESE):
        many = [f"{text} {i}" for i in range(2_000)]
        print(f"{2_000 / seconds(partial(read, many, seeds)):,.0f} comments/s like {text[:20]!r}")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def weights_path() -> Path:
    return Path(training.__file__).with_name(artefact.FILE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--language", choices=["en", "zh"])
    parser.add_argument("--only", choices=["domains", "touchpoints", "suites", "speed"])
    chosen = parser.parse_args()
    if chosen.only in (None, "speed"):
        speed()
    if chosen.only in (None, "suites"):
        suites()
        research_only(chosen.data)
    if chosen.only in (None, "touchpoints"):
        touchpoints(chosen.data)
    if chosen.only in (None, "domains"):
        for language in training.LANGUAGES:
            if chosen.language in (None, language):
                domains(chosen.data, language)


if __name__ == "__main__":
    main()
