"""Both clocks: whatever the order of events, nobody is asked more often than they allow."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from surveys.models import Detail
from surveys.rules.clocks import free_again
from surveys.schemas import Ask, AskingPolicy

START = datetime(2025, 3, 3, 12, tzinfo=UTC)
MINE, OTHER = UUID(int=1), UUID(int=2)


def ask(days: float, by: UUID = OTHER) -> Ask:
    return Ask(by, START + timedelta(days=days))


def test_nothing_forbids_the_first_ask() -> None:
    assert free_again([], MINE, 30, AskingPolicy()) == (None, None)


def test_the_clock_that_forbids_longest_is_named() -> None:
    policy = AskingPolicy(asks=1, days=7)
    assert free_again([ask(0, MINE)], MINE, 30, policy) == (START + timedelta(days=30), Detail.SURVEY_CLOCK)
    assert free_again([ask(0)], MINE, 30, policy) == (START + timedelta(days=7), Detail.PERSON_CLOCK)


def test_a_budget_of_several_asks_is_counted_in_any_window() -> None:
    policy = AskingPolicy(asks=3, days=30)
    assert free_again([ask(0), ask(10)], MINE, 0, policy)[0] is None
    assert free_again([ask(0), ask(10), ask(12)], MINE, 0, policy)[0] == START + timedelta(days=30)


def test_clocks_that_are_off_forbid_nothing() -> None:
    assert free_again([ask(0, MINE)], MINE, 0, AskingPolicy(days=0)) == (None, None)


tries = st.lists(st.tuples(st.integers(0, 5000), st.booleans()), max_size=60)


@given(tries=tries, asks=st.integers(1, 4), days=st.integers(0, 40), own=st.integers(0, 60))
def test_nobody_is_asked_more_often_than_both_clocks_allow(
    tries: list[tuple[int, bool]], asks: int, days: int, own: int
) -> None:
    policy, made, at = AskingPolicy(asks=asks, days=days), list[Ask](), START
    for minutes, mine in tries:
        at += timedelta(minutes=minutes)
        survey = MINE if mine else OTHER
        free, _clock = free_again(made, survey, own, policy)
        if free is None or free <= at:
            made.append(Ask(survey, at))
    for one in made:
        window = [other for other in made if one.at - timedelta(days=days) < other.at <= one.at]
        same = [other for other in made if other.survey_id == one.survey_id and other is not one]
        assert not days or len(window) <= asks
        assert all(abs(other.at - one.at) >= timedelta(days=own) for other in same)
