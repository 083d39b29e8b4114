"""Quotes: few, clear, from different people, and with nothing in them that leads to somebody."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rules.quotes import LONGEST, choose, excerpt, untraceable
from analysis.schemas.reports import Comment

people = count(1)


def comment(text: str, opinion: float = -0.8, days_ago: int = 0, **more: Any) -> Comment:
    told: dict[str, Any] = {"language": "en", "sentiment": "negative", "start": 0, "person": UUID(int=next(people))}
    return Comment(text, opinion=opinion, day=date(2026, 6, 1) - timedelta(days=days_ago), **told | more)


def texts(comments: list[Comment], praise: bool = False) -> set[str]:
    return {quote.text for quote in choose(comments, praise)}


def test_complaints_are_quoted_under_what_hurts_and_praise_under_praise() -> None:
    both = [comment("It never arrived at all."), comment("Wonderful and quick help.", opinion=0.9)]
    assert texts(both) == {"It never arrived at all."}
    assert texts(both, praise=True) == {"Wonderful and quick help."}


def test_what_says_neither_is_quoted_for_neither() -> None:
    said = [comment("As one would expect.", opinion=-0.05, sentiment="neutral")]
    assert texts(said) == texts(said, praise=True) == set()


def test_the_clear_and_new_come_before_the_faint_and_old() -> None:
    said = [
        comment("Rather slow, I would say.", opinion=-0.2),
        comment("Nobody ever called me back.", days_ago=300),
        comment("The form lost everything twice."),
        comment("Three weeks without a word."),
    ]
    assert "Rather slow, I would say." not in texts(said)


def test_one_thing_said_in_almost_the_same_words_is_quoted_once() -> None:
    said = [comment("The laptop took seven weeks to come."), comment("The laptop took seven weeks to come!!")]
    assert len(texts(said)) == 1


def test_nobody_is_quoted_twice() -> None:
    once = UUID(int=999)
    said = [comment("It never arrived at all.", person=once), comment("Nobody picks up the phone.", person=once)]
    assert len(texts(said)) == 1


def test_the_order_of_quotes_does_not_tell_which_is_newest() -> None:
    words = ("It never arrived at all.", "Nobody picks up the phone.", "Three weeks without a word.")
    one = choose([comment(text, days_ago=age) for age, text in enumerate(words)], praise=False)
    other = choose([comment(text, days_ago=-age) for age, text in enumerate(words)], praise=False)
    assert [quote.text for quote in one] == [quote.text for quote in other]


def test_a_quote_knows_the_month_and_nothing_finer() -> None:
    (quote,) = choose([comment("It never arrived at all.", days_ago=12)], praise=False)
    assert vars(quote).keys() == {"text", "language", "month", "sentiment", "reading"}
    assert quote.reading is None, "the way to its reading is made by the service, and tells no time"
    assert quote.month == 2026 * 12 + 4


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Write to wang.wei@acme.example please", "wang.wei"),
        ("Call me: +86 138-0013-8000", "138"),
        ("打我电话13800138000，谢谢", "13800138000"),
        ("See https://intra.acme.example/t/1 for it", "intra"),
        ("Ticket 20260412 is still open", "20260412"),
    ],
)
def test_what_leads_to_a_person_is_taken_out(text: str, gone: str) -> None:
    assert gone not in untraceable(text)
    assert "[…]" in untraceable(text)


def test_ordinary_numbers_stay() -> None:
    assert untraceable("It took 3 days and 12 mails, 100 % too slow") == "It took 3 days and 12 mails, 100 % too slow"


def test_a_long_comment_is_cut_to_what_speaks_of_the_touchpoint() -> None:
    text = "Everything else was fine. " * 30 + "But the approval took weeks."
    assert "approval took weeks" in excerpt(text, text.index("But"))
    assert excerpt(text, 0).endswith("…")


@given(st.text(max_size=1000), st.integers(0, 1000))
def test_an_excerpt_is_never_long(text: str, start: int) -> None:
    assert len(excerpt(text, start)) <= LONGEST + 2
