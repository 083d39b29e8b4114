"""How texts that say something for and something against are told, on sets whose aspects are labelled one by one.

    python -m bench.text_both DATA_DIR

Prints for each set how many mixed texts, and how many others, are read as mixed today and by weights fitted on the
other sets; then the weights fitted on all, which stand in `analysis/classifier/sentiment.py`.
"""

import argparse
import csv
import gzip
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analysis.classifier import judging, sentiment, understanding
from analysis.classifier.sentiment import Floats

SETS = ("en_fabsa", "en_dimabsa_restaurant", "en_dimabsa_laptop", "zh_bdci_car", "zh_zhijiang_cosmetics")
MOST_MIXED, MOST_OTHERS = 250, 450
# How many comments are mixed, as far as anybody knows beforehand.
_SHARE = 0.15
_AGAINST, _FOR = "-1", "1"


@dataclass(frozen=True, slots=True)
class Measured:
    """One set: the inputs of the weights, what is likeliest else, how it is read today, and the truth."""

    inputs: Floats
    likeliest: Floats
    today: Floats
    mixed: NDArray[np.bool_]


def texts(data: Path, name: str) -> tuple[list[str], int]:
    """Mixed texts first, and how many they are; the others have one direction in all their aspects."""
    with gzip.open(data / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        rows = [(line["text"], line["label"], _directions(line["aspects"])) for line in csv.DictReader(file)]
    mixed = [text for text, _, found in rows if found >= {_AGAINST, _FOR}]
    others = [text for text, label, found in rows if {label} == found & {_AGAINST, _FOR}]
    chance = random.Random(1)
    for one in (mixed, others):
        chance.shuffle(one)
    mixed = mixed[:MOST_MIXED]
    return mixed + others[:MOST_OTHERS], len(mixed)


def _directions(aspects: str) -> set[str]:
    return {one.rpartition(":")[2] for one in aspects.split(";")}


def measured(data: Path, name: str) -> Measured:
    asked, mixed = texts(data, name)
    with _inputs_kept() as kept:
        wholes, rows = [], []
        for i, text in enumerate(asked):
            before, found = len(kept), understanding.understand([text], [name[:2]]).wholes
            if len(kept) > before:  # there was something to read
                wholes.append(found)
                rows.append(i)
    likely, both = np.concatenate([one.likely for one in wholes]), np.concatenate([one.both for one in wholes])
    return Measured(np.concatenate(kept), likely.max(axis=1), both, np.array(rows) < mixed)


@contextmanager
def _inputs_kept() -> Iterator[list[Floats]]:
    """What the weights are applied to, text by text."""
    kept, usual = list[Floats](), sentiment.elsewhere_inputs

    def keeping(*arguments: Any) -> Floats:
        found = usual(*arguments)
        kept.append(found[:1])
        return found

    sentiment.elsewhere_inputs = keeping
    try:
        yield kept
    finally:
        sentiment.elsewhere_inputs = usual


def fitted(sets: Sequence[Measured]) -> Floats:
    """Every set counts alike."""
    weights = []
    for one in sets:
        share = one.mixed.mean()
        weights.append(np.where(one.mixed, _SHARE / share, (1 - _SHARE) / (1 - share)) / len(one.mixed))
    counting = np.concatenate(weights)
    found = LogisticRegression(fit_intercept=False, max_iter=3_000)
    found.fit(
        np.concatenate([one.inputs for one in sets]),
        np.concatenate([one.mixed for one in sets]),
        sample_weight=counting * len(counting) / counting.sum(),
    )
    weighed: Floats = found.coef_.ravel()
    return weighed


def report(sets: Mapping[str, Measured]) -> None:
    print("| read as mixed, % | mixed texts | today | others | today | left out: of mixed | of others |")
    print("|---|---|---|---|---|---|---|")
    for name, one in sets.items():
        weights = fitted([other for key, other in sets.items() if key != name])
        left_out = sentiment.sigmoid(one.inputs @ weights)
        cells = [name, str(one.mixed.sum()), _share(one, one.today, one.mixed), str((~one.mixed).sum())]
        cells += [_share(one, one.today, ~one.mixed)]
        cells += [_share(one, left_out, one.mixed), _share(one, left_out, ~one.mixed)]
        print("| " + " | ".join(cells) + " |", flush=True)
    print(np.round(fitted(list(sets.values())), 3).tolist())


def _share(one: Measured, both: Floats, of: NDArray[np.bool_]) -> str:
    found = judging.is_mixed(one.likeliest[:, None], both)
    return f"{100 * found[of].mean():.0f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    chosen = parser.parse_args()
    report({name: measured(chosen.data, name) for name in SETS if (chosen.data / f"{name}.csv.gz").exists()})
