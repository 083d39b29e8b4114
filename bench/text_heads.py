"""What corrections are worth for sentiment: heads learnt from texts drawn at random, read on the rest of the domain."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import Correction, TouchpointSeed, learn
from analysis.classifier.head import plain
from analysis.classifier.judged import judged, read_sentiment
from analysis.classifier.local import better_sentiment, macro_f1
from analysis.classifier.sentiment import Floats
from bench.text_domains import THREE, Read, calibration_error
from bench.touchpoint_sets import CARS

CORRECTIONS, DRAWS = (50, 200, 500), 5
_MANY = 1_000
_LABELS = {-1: "negative", 0: "neutral", 1: "positive"}


def sentiment_heads(found: Read) -> None:
    """Prints a row for each domain: how it is read unseen, and after corrections; macro-F1 and calibration error."""
    print(f"\n| macro-F1 (calibration error), mean of {DRAWS} draws | 0 | " + " | ".join(map(str, CORRECTIONS)) + " |")
    print("|---|---|" + "---|" * len(CORRECTIONS))
    rows = []
    for name in THREE[found.corpus.language]:
        held = np.flatnonzero(found.corpus.sources == name)
        likely, labels = found.likely[held], found.corpus.labels[held]
        known = plain(likely, found.corpus.told[held])
        rows.append(_after([found.texts[i] for i in held], known, labels, likely))
        print("| " + " | ".join([name, *_cells(rows[-1])]) + " |", flush=True)
    print("| " + " | ".join(["*mean*", *_cells(np.mean(rows, axis=0))]) + " |")


def _cells(row: Any) -> list[str]:
    return [f"{score:.1f} ({error:.1f})" for score, error in row]


def _after(texts: Sequence[str], known: Floats, labels: NDArray[np.int64], likely: Floats) -> list[Any]:
    rows = judged(texts, None, known, labels)
    drawn = [[_drawn(rows, likely, size, seed) for seed in range(DRAWS)] for size in CORRECTIONS]
    return [_scores(labels, likely), *np.mean(drawn, axis=1).tolist()]


def _drawn(rows: Any, likely: Floats, size: int, seed: int) -> tuple[float, float]:
    """As an installation learns: what is no better on held-out corrections is not used."""
    order = np.random.default_rng(seed).permutation(len(rows))
    rest, better = rows.only(order[size:]), better_sentiment(rows.only(order[:size]), seed)
    return _scores(rest.answers, likely[order[size:]] if better is None else read_sentiment(better[0], rest))


def _scores(labels: NDArray[np.int64], likely: Floats) -> tuple[float, float]:
    return macro_f1(labels, likely), 100 * calibration_error(likely, labels)


def report(found: Read) -> None:
    """Of Chinese: there are sets with neutral texts whose domain nothing else was trained from."""
    sentiment_heads(found)
    cars = np.flatnonzero(found.corpus.sources == "zh_bdci_car")
    learning_speed([found.texts[i] for i in cars], found.corpus.labels[cars], CARS)


def learning_speed(texts: Sequence[str], labels: NDArray[np.int64], touchpoints: Sequence[TouchpointSeed]) -> None:
    """Processor seconds of learning from many corrections, each with a label and a touchpoint."""
    drawn = np.random.default_rng(0).permutation(len(texts))[:_MANY].tolist()
    said = [
        Correction(texts[i], "zh", _LABELS[int(labels[i])], touchpoints[i % len(touchpoints)].key)  # type: ignore[arg-type]
        for i in drawn
    ]
    start = time.process_time()
    learn(said, touchpoints)
    print(f"\nlearning from {len(said):,} corrections: {time.process_time() - start:.1f} s on one core")
