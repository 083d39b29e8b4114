"""How many are enough."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.sampling import expected_answers, is_used_up, period_start
from surveys.schemas import AnswerBudget, Period, StratumCount

EIGHT = AnswerBudget(answers=8)


def test_answers_that_came_are_enough() -> None:
    assert is_used_up(EIGHT, StratumCount(answered=8, ever_asked=40, ever_answered=8))
    assert not is_used_up(EIGHT, StratumCount(answered=7, ever_asked=40, ever_answered=7))


def test_who_was_asked_counts_by_how_many_usually_answer() -> None:
    few = StratumCount(pending=16, ever_asked=1000, ever_answered=100)
    many = StratumCount(pending=16, ever_asked=1000, ever_answered=600)
    assert not is_used_up(EIGHT, few)
    assert is_used_up(EIGHT, many)


def test_without_a_history_one_in_four_is_expected() -> None:
    assert expected_answers(StratumCount(pending=20, ever_asked=20)) == pytest.approx(5)


@given(answered=st.integers(0, 50), pending=st.integers(0, 50), before=st.integers(0, 500), share=st.floats(0, 1))
def test_no_more_answers_are_expected_than_people_were_asked(
    answered: int, pending: int, before: int, share: float
) -> None:
    count = StratumCount(answered, pending, before + answered + pending, round(before * share) + answered)
    assert answered <= expected_answers(count) <= answered + pending


@pytest.mark.parametrize(
    ("period", "start"),
    [
        (Period.DAY, datetime(2025, 3, 5, 16, tzinfo=UTC)),
        (Period.WEEK, datetime(2025, 3, 2, 16, tzinfo=UTC)),
        (Period.MONTH, datetime(2025, 2, 28, 16, tzinfo=UTC)),
    ],
)
def test_a_period_begins_at_midnight_of_the_installation(period: Period, start: datetime) -> None:
    assert period_start(datetime(2025, 3, 6, 3, tzinfo=UTC), period, ZoneInfo("Asia/Shanghai")) == start
