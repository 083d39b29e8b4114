"""Measures how touchpoints are found, by their own words and after corrections, and prints the tables.

    python -m bench.text_touchpoints DATA_DIR [--fit]

By their own words, every set is read with the weights of evidence fitted on the other families.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analysis.classifier import corpora, evidence, ngrams
from analysis.classifier.batch import folded
from analysis.classifier.evidence import Evidence
from analysis.classifier.judged import Judged, judged, read_places
from analysis.classifier.linking import PLACED, Linker, confidences
from analysis.classifier.local import better_places, micro_f1
from bench.touchpoint_sets import SETS, TouchpointSet

CORRECTIONS, DRAWS = (50, 200, 500), 5
_ODDS = np.log(PLACED / (1 - PLACED))


@dataclass(frozen=True, slots=True)
class Measured:
    """One labelled set, looked through once."""

    of: TouchpointSet
    texts: list[str]
    right: NDArray[np.bool_]
    evidence: Evidence
    terms: ngrams.Found


def measured(data: Path, of: TouchpointSet) -> Measured:
    rows = [line for line in corpora.lines(data, corpora.Source(of.name, "", "", neutral=False)) if line["aspects"]]
    named = [{of.of(one.rpartition(":")[0]) for one in line["aspects"].split(";")} for line in rows]
    keys = [touchpoint.key for touchpoint in of.touchpoints]
    right = np.array([[key in names for key in keys] for names in named])
    kept = np.flatnonzero(right.any(axis=1))
    texts = [folded(rows[i]["text"]) for i in kept]
    found, terms = Linker(of.touchpoints).evidence(texts)
    return Measured(of, texts, right[kept], found, terms)


def fitted(sets: Sequence[Measured]) -> tuple[Any, Any]:
    """The two rows of weights of `evidence`, every family counting alike."""
    found = []
    for whole, inputs_of in ((False, evidence.named_inputs), (True, evidence.whole_inputs)):
        inputs = [inputs_of(one.evidence) for one in sets]
        inputs = [part.reshape(-1, part.shape[-1]) for part in inputs]
        answers = [one.right[:, one.evidence.whole == whole].ravel() for one in sets]
        families = [one.of.family for one in sets]
        shares = [
            np.full(len(part), 1 / max(len(part) * families.count(family), 1))
            for part, family in zip(answers, families, strict=True)
        ]
        weights = np.concatenate(shares)
        classifier = LogisticRegression(fit_intercept=False, max_iter=2_000)
        classifier.fit(
            np.concatenate(inputs), np.concatenate(answers), sample_weight=weights * len(weights) / weights.sum()
        )
        found.append(classifier.coef_.ravel())
    return found[0], found[1]


def scores(right: NDArray[np.bool_], odds: Any) -> tuple[float, float, float]:
    """Precision, recall and micro-F1 in %."""
    placed = odds >= _ODDS
    both = int((placed & right).sum())
    precision, recall = both / max(int(placed.sum()), 1), both / int(right.sum())
    return 100 * precision, 100 * recall, 200 * both / (int(placed.sum()) + int(right.sum()))


def calibration_error(right: NDArray[np.bool_], odds: Any) -> float:
    """Of placed links, in %: mean distance between confidence and precision over ten bins, weighted by their size."""
    sure, hits = confidences(odds)[odds >= _ODDS], right[odds >= _ODDS]
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(sure[bins == k].mean() - hits[bins == k].mean()) * (bins == k).mean() for k in np.unique(bins)]
    return 100 * float(sum(gaps))


def by_own_words(sets: Sequence[Measured]) -> dict[str, Any]:
    """Prints one row a set; answers with the log-odds of each."""
    print(
        "\n| touchpoints by their own words | texts | touchpoints | precision | recall | micro-F1 | calibration error |"
    )
    print("|---|---|---|---|---|---|---|")
    found = {}
    for one in sets:
        weights = fitted([other for other in sets if other.of.family != one.of.family])
        odds = one.evidence.log_odds(*weights)
        row = [f"{part:.1f}" for part in (*scores(one.right, odds), calibration_error(one.right, odds))]
        print("| " + " | ".join([one.of.name, f"{len(one.texts):,}", str(one.right.shape[1]), *row]) + " |", flush=True)
        found[one.of.name] = odds
    return found


def after_corrections(sets: Sequence[Measured], known: dict[str, Any]) -> None:
    print(f"\n| micro-F1 after corrections, mean of {DRAWS} draws | 0 | " + " | ".join(map(str, CORRECTIONS)) + " |")
    print("|---|---|" + "---|" * len(CORRECTIONS))
    for one in sets:
        rows = judged(one.texts, one.terms, known[one.of.name], one.right.astype(np.int64))
        learnt = [f"{np.mean([_drawn(rows, size, seed) for seed in range(DRAWS)]):.1f}" for size in CORRECTIONS]
        before = f"{micro_f1(rows.answers, rows.known):.1f}"
        print("| " + " | ".join([one.of.name, before, *learnt]) + " |", flush=True)


def _drawn(rows: Judged, size: int, seed: int) -> float:
    """As an installation learns from so many texts drawn at random, read on all others."""
    order = np.random.default_rng(seed).permutation(len(rows))
    rest, better = rows.only(order[size:]), better_places(rows.only(order[:size]), seed)
    return micro_f1(rest.answers, rest.known if better is None else read_places(better[0], rest))


def touchpoints(data: Path, *, fit: bool = False) -> None:
    """Prints both tables, or the weights of `evidence` fitted on all sets."""
    sets = [measured(data, one) for one in SETS.values() if (data / f"{one.name}.csv.gz").exists()]
    if fit:
        for name, weights in zip(("NAMED", "WHOLE"), fitted(sets), strict=True):
            print(name, "=", np.round(weights, 2).tolist())
        return
    after_corrections(sets, by_own_words(sets))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fit", action="store_true")
    chosen = parser.parse_args()
    touchpoints(chosen.data, fit=chosen.fit)
