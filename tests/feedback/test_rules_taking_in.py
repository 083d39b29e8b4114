from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import i18n
from core.errors import Invalid
from feedback.rules.taking_in import checked, cursor_at, position_of
from feedback.schemas import LONGEST_TEXT, Position, Said, percent

SAID = Said(source="web", submission_key="k1", text="The new form is quick.", kind="compliment", channel="web")


def refused(said: Said) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        checked(said)
    return {error.field: error.message for error in refusal.value.errors}


def test_it_takes_plain_words_as_they_are() -> None:
    assert checked(SAID) == SAID


def test_it_stores_words_without_the_space_around_them() -> None:
    assert checked(replace(SAID, text="  one\r\ntwo\n ")).text == "one\ntwo"


@pytest.mark.parametrize("text", ["", "   ", "\r\n\t"])
def test_it_refuses_a_message_without_words(text: str) -> None:
    assert refused(replace(SAID, text=text)) == {"text": "Please write something first"}


def test_it_takes_the_longest_text_and_refuses_one_more() -> None:
    assert checked(replace(SAID, text="长" * LONGEST_TEXT))
    assert list(refused(replace(SAID, text="长" * (LONGEST_TEXT + 1)))) == ["text"]


def test_it_names_everything_that_is_wrong_at_once() -> None:
    wrong = replace(SAID, text="", kind="rant", functional=6, author_name="x" * 201, author_email="nobody")
    assert set(refused(wrong)) == {"text", "kind", "functional", "name", "email"}


@pytest.mark.parametrize("address", ["a@b\r\nBcc: c@d", "a b@c", "@b", "a@", "x" * 300 + "@y"])
def test_it_refuses_what_is_no_mail_address(address: str) -> None:
    assert list(refused(replace(SAID, author_email=address))) == ["email"]


def test_a_name_is_one_line() -> None:
    assert checked(replace(SAID, author_name=" Dana \r\n Bcc: x ")).author_name == "Dana Bcc: x"


def test_it_refuses_in_the_language_of_the_page() -> None:
    i18n.use("zh")
    assert refused(replace(SAID, text="")) == {"text": "请先写点什么"}


@given(st.integers())
def test_a_score_is_taken_from_one_to_five_only(score: int) -> None:
    said = replace(SAID, satisfaction=score)
    if 1 <= score <= 5:
        assert checked(said).satisfaction == score
    else:
        assert list(refused(said)) == ["satisfaction"]


def test_scores_are_compared_from_0_to_100() -> None:
    assert [percent(score) for score in (1, 2, 3, 4, 5, None)] == [0.0, 25.0, 50.0, 75.0, 100.0, None]


@given(st.dates(min_value=date(1000, 1, 1)), st.uuids())
def test_a_cursor_leads_back_to_its_place(day: date, id_: UUID) -> None:
    assert position_of(cursor_at(Position(day, id_))) == Position(day, id_)


def test_no_cursor_is_the_first_page() -> None:
    assert position_of("") is None


@pytest.mark.parametrize(
    "cursor", ["x", "20260101T000000.0-", "-4f6c1b1e-6a0e-4c57-9d53-0d6f9f1a2b3c", "' OR 1=1 --", "9" * 5000]
)
def test_it_refuses_a_cursor_it_did_not_make(cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        position_of(cursor)
    assert refusal.value.errors[0].field == "cursor"
