import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.classifier.clauses import MAX_CLAUSES, split
from analysis.classifier.features import english_words, feature_text
from analysis.classifier.normalise import normalise, traditional


@pytest.mark.parametrize(
    ("given_text", "read_as"),
    [
        ("ＶＰＮ！", "vpn!"),
        ("客服態度", "客服态度"),
        ("don’t", "don't"),
        ("so\u200blow\u202e", "solow"),
        ("👍🏽", "👍"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_one_form_for_what_looks_the_same(given_text: str, read_as: str) -> None:
    assert normalise(given_text).text == read_as


@pytest.mark.parametrize(
    "text", ["4111 1111 1111 1111", "138-0013-8000", "+49 (30) 123456", "a@b.example", "https://x.example/y?z=1"]
)
def test_cards_phones_and_addresses_become_blanks_of_the_same_length(text: str) -> None:
    assert normalise(f"x {text} y").text == f"x {' ' * len(text)} y"


def test_markup_is_not_read() -> None:
    assert normalise("<b>ok</b>&nbsp;fine").text.split() == ["ok", "fine"]


@given(st.text(st.characters(codec=None)))
def test_every_stretch_leads_back_into_the_text(text: str) -> None:
    normal = normalise(text)
    for clause in split(normal.text):
        start, end = normal.span(clause.start, clause.end) if normal.text else (0, 0)
        assert 0 <= start <= end <= len(text)


def test_traditional_signs_fold_into_signs_that_stay() -> None:
    folded = traditional()
    assert not set(folded) & set(folded.values())


def clauses(text: str) -> list[str]:
    normal = normalise(text)
    return [normal.text[one.start : one.end] for one in split(normal.text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He was kind but slow to act.", ["he was kind", "but slow to act"]),
        ("It works. Thanks!", ["it works", "thanks"]),
        ("Version 3.5 is fine", ["version 3.5 is fine"]),
        ("态度不错，就是太慢。", ["态度不错", "就是太慢"]),
        ("他不但快，而且耐心", ["他不但快", "而且耐心"]),
        ("冷却太慢", ["冷却太慢"]),
        ("kind, patient helper", ["kind, patient helper"]),
    ],
)
def test_clauses_carry_one_opinion_each(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


def test_clauses_are_bounded() -> None:
    assert len(clauses("this is bad. " * 300)) == MAX_CLAUSES


def test_long_numbers_and_stretched_letters_are_levelled() -> None:
    assert feature_text("room 1234 is sooooo small") == "room 0 is soo small"


def test_a_negation_reaches_to_the_end_of_its_phrase() -> None:
    words = english_words("not helpful today, really good")
    assert "not~helpful" in words
    assert "not~good" not in words
