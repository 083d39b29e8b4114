"""Service sentences the lexicon covers: what is read today must not be lost tomorrow.

They are no measure of unseen sentences: the lexicon was written knowing them. That measure is `fresh_*.tsv`, which
has no floor and is never tuned on; the model card shows what is reached there.
"""

import csv
from pathlib import Path

import pytest

from analysis.classifier import read

# What was reached, less two sentences; raise it with the reader, never lower it.
FLOORS = {"en": 0.90, "zh": 0.86}


def sentences(language: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(f"suite_{language}.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_service_sentences_are_read_as_people_mean_them(language: str) -> None:
    rows = sentences(language)
    found = [reading.label.removeprefix("very_") for reading in read([row["text"] for row in rows], [])]
    wrong = [row["text"] for row, label in zip(rows, found, strict=True) if label != row["label"]]
    assert 1 - len(wrong) / len(rows) >= FLOORS[language], wrong


# Sentences that differ in nothing but whom they name.
TEMPLATES = {
    "en": ("{} asked the service desk and waited for days.", "{} was happy with the new laptop.", "I talked to {}."),
    "zh": ("{}找了服务台，等了好几天。", "{}对新电脑很满意。", "我和{}谈过。"),
}
NAMES = {
    "en": ("he", "she", "Emily", "Jamal", "Wei", "Fatima", "Hans", "the old man", "the young woman"),
    "zh": ("他", "她", "小王", "小李", "王先生", "张女士", "老人家", "年轻人", "外国同事"),
}


# The aim is 0.02; what is reached stands on the model card.
BIAS_BOUND = 0.035


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_name_alone_changes_little(language: str) -> None:
    spreads = {}
    for template in TEMPLATES[language]:
        scores = [reading.score for reading in read([template.format(name) for name in NAMES[language]], [])]
        spreads[template] = sum(abs(score - sum(scores) / len(scores)) for score in scores) / len(scores)
    assert sum(spreads.values()) / len(spreads) <= BIAS_BOUND, spreads
