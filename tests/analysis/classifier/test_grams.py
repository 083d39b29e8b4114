"""The pieces that the linear classifiers count: the same in training and in reading, never across clauses."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.classifier import grams, words
from analysis.classifier.artefact import HEARD, Table
from analysis.classifier.batch import gather
from analysis.classifier.clauses import cut
from analysis.classifier.summing import summed


def buckets(language: str, text: str) -> set[int]:
    return set(grams.matrix(language, [text]).indices.tolist())


def word(text: str) -> int:
    return int(grams.word_buckets([text])[0][0])


def negated(text: str) -> int:
    return int(grams.word_buckets([text])[1][0])


@cache
def table(outputs: int) -> Table:
    chance = np.random.default_rng(3)
    rows = np.arange(1, grams.BUCKETS + 2, dtype=np.int32)
    rows[-1] = 0
    stages, feelings = chance.normal(size=(grams.BUCKETS + 1, HEARD)), chance.normal(size=(5_000, outputs - HEARD))
    stages[0], feelings[0] = 0, 0
    parts = stages.astype(np.float32), feelings.astype(np.float32)
    blend = np.zeros((2, 6), dtype=np.float32)
    return Table(rows, *parts, np.zeros(outputs, dtype=np.float32), blend, blend, blend, blend)


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(deadline=None, max_examples=40)
@given(texts=st.lists(st.text("ab你好不 ,.!1？👍'", max_size=40), min_size=1, max_size=5))
def test_what_is_trained_on_is_what_is_read(language: str, texts: list[str]) -> None:
    batch = gather(texts)
    found = words.find(batch)
    clauses = cut(batch, found)
    pieces = grams.pieces(batch, found, clauses, language, np.ones(len(clauses), dtype=bool))
    weights = table(outputs=HEARD + 2)
    read = summed(pieces, weights).logits(clauses.first[:-1])
    rows, counts = weights.rows[:-1], grams.matrix(language, texts)
    np.testing.assert_allclose(read[:, :HEARD], counts @ weights.stages[rows], atol=1e-3)
    telling = np.where(rows < len(weights.feelings), rows, 0)
    np.testing.assert_allclose(read[:, HEARD:], counts @ weights.feelings[telling], atol=1e-3)


def test_a_negation_reaches_to_the_end_of_its_clause() -> None:
    found = buckets("en", "not helpful today, but really good")
    assert negated("helpful") in found
    assert negated("good") not in found
    assert word("good") in found


def test_two_negations_cancel() -> None:
    assert negated("helpful") not in buckets("en", "never not helpful")
    assert negated("helpful") in buckets("en", "wasn't helpful")


def test_chinese_negation_reaches_a_few_characters() -> None:
    assert len(buckets("zh", "不很好") - buckets("zh", "很好") - buckets("zh", "不")) > 3


def test_a_word_counts_the_same_wherever_it_stands() -> None:
    assert word("slow") in buckets("en", "slow") & buckets("en", "It is (slow)!") & buckets("en", "SLOW, really")


def test_numbers_of_three_figures_and_more_are_all_alike() -> None:
    assert buckets("en", "room 4711") == buckets("en", "room 1234")
    assert buckets("zh", "在4711房") == buckets("zh", "在1234房")
    assert buckets("en", "room 47") != buckets("en", "room 12")


def test_hidden_places_do_not_count() -> None:
    batch = gather(["slow but good"])
    found = words.find(batch)
    clauses = cut(batch, found)
    hidden = np.zeros(len(batch.codes), dtype=bool)
    hidden[0:4] = True
    pieces = grams.pieces(batch, found, clauses, "en", np.ones(len(clauses), dtype=bool), hidden)
    counted = {bucket for stream in pieces.streams for bucket in stream.each().buckets.ravel().tolist()}
    assert word("good") in counted
    assert word("slow") not in counted


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", ["", " ", "!", "a", "好", "..."])
def test_next_to_nothing_has_next_to_no_pieces(language: str, text: str) -> None:
    assert grams.matrix(language, [text]).shape == (1, grams.BUCKETS)


def test_words_are_spelled_out_once_and_count_every_time() -> None:
    batch = gather(["slow slow, slow", "good slow"])
    found = words.find(batch)
    clauses = cut(batch, found)
    pieces = grams.pieces(batch, found, clauses, "en", np.ones(len(clauses), dtype=bool))
    for stream in pieces.streams:
        spread = stream.each()
        assert spread.counted(len(clauses)).tolist() == stream.counted(len(clauses)).tolist()
    assert len({tuple(one) for one in spread.buckets.tolist()}) < len(spread.buckets)
