"""The project's own labelled sentences: well formed, many, varied, the same every time."""

import re
from collections import Counter

import pytest

from analysis.classifier.sentences import composed, examples, written
from analysis.classifier.sentences.written import head_of

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_thousands_and_every_label_is_among_them(language: str) -> None:
    labels = Counter(example.label for example in examples(language))
    assert sum(labels.values()) > 3_000
    assert min(labels[label] for label in ("negative", "neutral", "positive", "mixed")) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_composes_the_same_sentences_and_another_seed_others(language: str) -> None:
    composed.cache_clear()
    first = composed(language, 3)
    composed.cache_clear()
    assert composed(language, 3) == first
    assert {one.text for one in composed(language, 4)} != {one.text for one in first}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slot_is_left_open_and_no_sentence_is_written_twice(language: str) -> None:
    assert not [one.text for one in examples(language) if re.search(r"\{\w*\}", one.text)]
    twice = [text for text, count in Counter(one.text for one in written(language)).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_feeling_against_the_label_is_told_only_by_mixed_sentences(language: str) -> None:
    against = {"anger", "frustration", "anxiety", "disappointment", "confusion"}
    for one in written(language):
        if one.label == "positive":
            assert not set(one.emotions) & against, one.text
        if one.label == "negative":
            assert set(one.emotions) <= against, one.text
        if one.label == "neutral":
            assert not one.emotions, one.text


def test_a_head_line_with_an_unknown_label_or_feeling_is_refused() -> None:
    with pytest.raises(ValueError, match="here:3"):
        head_of("= bad waiting frustration", "here:3")
    with pytest.raises(ValueError, match="here:4"):
        head_of("= negative waiting boredom", "here:4")
