"""What corrections are worth for sentiment: heads learnt from texts drawn at random, read on the rest of the domain."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.head import log_odds
from analysis.classifier.judged import fit_sentiment, judged, read_sentiment
from analysis.classifier.local import macro_f1
from analysis.classifier.sentiment import Floats

CORRECTIONS, DRAWS = (50, 200, 500), 5


def after_corrections(texts: Sequence[str], labels: NDArray[np.int64], likely: Floats) -> list[float]:
    """Macro-F1 in %: without corrections, then after so many, the mean of the draws."""
    rows = judged(texts, None, log_odds(likely), labels)
    return [
        macro_f1(labels, likely),
        *(float(np.mean([_drawn(rows, n, i) for i in range(DRAWS)])) for n in CORRECTIONS),
    ]


def _drawn(rows: Any, size: int, seed: int) -> float:
    order = np.random.default_rng(seed).permutation(len(rows))
    rest = rows.only(order[size:])
    return macro_f1(rest.answers, read_sentiment(fit_sentiment(rows.only(order[:size])), rest))


def sentiment_heads(domains: Sequence[tuple[str, Sequence[str], NDArray[np.int64], Floats]]) -> None:
    """Prints a row for each domain: its name, texts, labels, and how a reader that had not seen it reads them."""
    print(f"\n| macro-F1 after corrections, mean of {DRAWS} draws | 0 | " + " | ".join(map(str, CORRECTIONS)) + " |")
    print("|---|---|" + "---|" * len(CORRECTIONS))
    found = []
    for name, texts, labels, likely in domains:
        found.append(after_corrections(texts, labels, likely))
        print("| " + " | ".join([name, *(f"{part:.1f}" for part in found[-1])]) + " |", flush=True)
    print("| " + " | ".join(["*mean*", *(f"*{part:.1f}*" for part in np.mean(found, axis=0))]) + " |")
