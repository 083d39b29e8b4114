"""Comments in the form in which they are read, and the way back to the text as it was given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from opencc import OpenCC

from analysis.classifier import hashing, words
from analysis.classifier.batch import MAX_CHARACTERS, folded, gather
from analysis.classifier.characters import traditional
from analysis.classifier.clauses import MAX_CLAUSES, cut
from bench.suites import service

any_texts = st.lists(st.text(st.characters(codec=None), max_size=120), max_size=6)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("ＶＰＮ！", "vpn!"),
        ("客服態度", "客服态度"),
        ("網路斷線，報修無門，裡面髒亂", "网路断线,报修无门,里面脏乱"),
        ("ﬁne ㎏", "fine kg"),
        ("don’t", "don't"),
        ("so\u200blow\u202e", "solow"),
        ("👍🏽", "👍"),
        ("❤\ufe0f", "❤"),
        ("soooo slow!!!!", "soo slow!!"),
        ("慢慢慢慢慢", "慢慢"),
        ("😡😡😡😡", "😡😡"),
        ("1000", "1000"),
        ("fine :-)", "fine 🙂  "),
        ("see http://x.example/:)", "see " + " " * 19),
        ("12:34 :delivery", "12:34 :delivery"),
    ],
)
def test_one_form_for_what_looks_the_same(text: str, read_as: str) -> None:
    assert folded(text) == read_as


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "138-0013-8000",
        "49 (30) 123456",
        "a@b.example",
        "a.b+c@mail.b-c.example",
        "https://x.example/y?z=1",
        "www.x.example",
        "<b class='x'>",
        "&nbsp;",
    ],
)
def test_cards_phones_addresses_and_markup_become_blanks_of_the_same_length(text: str) -> None:
    assert folded(f"x {text} y") == f"x {' ' * len(text)} y"


def test_traditional_signs_fold_into_signs_that_stay() -> None:
    table = traditional()
    assert len(table) > 3_000
    assert not set(table) & set(table.values())


@given(texts=any_texts)
def test_a_batch_folds_its_texts_one_by_one(texts: list[str]) -> None:
    batch = gather(texts)
    pieces = [batch.text[start:end] for start, end in zip(batch.starts, batch.ends, strict=True)]
    assert pieces == [folded(text) for text in texts]


@given(texts=any_texts)
def test_every_clause_leads_back_into_its_text(texts: list[str]) -> None:
    batch = gather(texts)
    clauses = cut(batch, words.find(batch))
    starts = batch.places_given(clauses.starts, clauses.comments)
    ends = batch.places_given(clauses.ends, clauses.comments)
    assert sorted(set(clauses.comments.tolist())) == list(range(len(texts)))
    for comment, start, end in zip(clauses.comments, starts, ends, strict=True):
        assert 0 <= start <= end <= len(texts[comment])


def test_the_way_back_passes_what_was_dropped_and_what_became_several() -> None:
    text = "\u200b\u200bＯＫ ﬁne\u200b！ slooooow"
    batch = gather(["first", text])
    clauses = cut(batch, words.find(batch))
    rows = clauses.comments == 1
    starts = batch.places_given(clauses.starts[rows], clauses.comments[rows])
    ends = batch.places_given(clauses.ends[rows], clauses.comments[rows])
    assert [text[start:end] for start, end in zip(starts, ends, strict=True)] == ["ＯＫ ﬁne\u200b", "slooooow"]


def test_what_stands_behind_the_limit_is_not_read() -> None:
    batch = gather(["a " * MAX_CHARACTERS, "b"])
    assert batch.truncated.tolist() == [True, False]
    assert batch.ends[0] - batch.starts[0] == MAX_CHARACTERS


def clauses_of(text: str) -> list[str]:
    batch = gather([text])
    clauses = cut(batch, words.find(batch))
    return [batch.text[start:end] for start, end in zip(clauses.starts, clauses.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He was kind but slow to act.", ["he was kind", "but slow to act"]),
        ("It works. Thanks!", ["it works", "thanks"]),
        ("It took a while, but it works", ["it took a while", "but it works"]),
        ("The app is slow while support is kind", ["the app is slow", "while support is kind"]),
        ("They have yet to fix it", ["they have yet to fix it"]),
        ("It is not done yet. Slow, yet kind", ["it is not done yet", "slow, yet kind"]),
        ("Version 3.5 is fine", ["version 3.5 is fine"]),
        ("It cost 3,000 and 10:30 was late", ["it cost 3,000 and 10:30 was late"]),
        ("She helped us, even though it was late", ["she helped us", "even though it was late"]),
        ("态度不错，就是太慢。", ["态度不错", "就是太慢"]),
        ("态度很好 速度太慢", ["态度很好", "速度太慢"]),
        ("他不但快，而且耐心", ["他不但快", "而且耐心"]),
        ("冷却太慢", ["冷却太慢"]),
        ("kind, patient helper", ["kind, patient helper"]),
        ('("Great!") 👍', ["great", "👍"]),
        ("", [""]),
    ],
)
def test_clauses_carry_one_opinion_each(text: str, parts: list[str]) -> None:
    assert clauses_of(text) == parts


def test_clauses_are_bounded_and_it_is_said() -> None:
    batch = gather(["this is bad. " * 300, "this is bad."])
    clauses = cut(batch, words.find(batch))
    assert (clauses.comments == 0).sum() == MAX_CLAUSES
    assert clauses.truncated.tolist() == [True, False]


@pytest.mark.parametrize("place", ["s2tw", "s2hk"])
def test_taiwan_and_hong_kong_are_read_as_the_mainland_is(place: str) -> None:
    """Converted sentences fold back into the very same text, so every reading is the same."""
    plain = [sentence.text for sentence in service("zh")]
    convert = OpenCC(place).convert
    converted = [convert(text) for text in plain]
    assert sum(a != b for a, b in zip(plain, converted, strict=True)) > 400
    assert gather(converted).text == gather(plain).text


@given(st.lists(st.sampled_from([0, 1, 2**20, 2**63, 2**64 - 1, *range(5_000, 5_040)]), max_size=80))
def test_each_hash_is_known_by_where_it_stands_first(given: list[int]) -> None:
    hashes = np.array(given, dtype=np.uint64)
    found = hashing.distinct(hashes)
    assert hashes[found.firsts][found.which].tolist() == given
    assert len(set(given)) == len(found.firsts)
    assert [given.index(one) for one in hashes[found.firsts].tolist()] == found.firsts.tolist()


def test_hashes_that_share_a_slot_are_told_apart() -> None:
    many = np.arange(2, 40_002, dtype=np.uint64) * np.uint64(2**52 + 1)
    twice = np.concatenate([many, many[::-1]])
    assert (np.bincount(hashing.distinct(twice).which) == 2).all()


def test_what_was_worked_out_of_words_is_kept_and_forgotten_when_it_is_too_much() -> None:
    kept, asked = hashing.Remembered(most=3_000), list[int]()
    for first in (0, 500, 0, 2_500, 5_000, 0):
        words_ = np.arange(first, first + 1_500, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)

        def work_out(new: NDArray[np.int64], found: NDArray[np.uint64] = words_) -> NDArray[np.uint64]:
            asked.append(len(new))
            return found[new] + np.uint64(1)

        assert (kept.rows(words_, work_out) == words_ + np.uint64(1)).all()
    assert asked == [1_500, 500, 1_500, 1_500, 1_500]
