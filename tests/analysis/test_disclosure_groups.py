"""A group and what is shown of it, to the number: where exactly a band begins, and what two groups together are."""

from dataclasses import FrozenInstanceError
from typing import Any
from uuid import UUID

import pytest

from analysis.disclosure import (
    Group,
    band,
    change,
    count,
    counts_shown,
    enough,
    figure,
    in_steps,
    may_quote,
    together,
    veiled,
)
from analysis.statistics import SCORES, Sums, difference, mean

K = 5


def of(*scores: int) -> Group:
    """An answer each, of as many people."""
    return Group(sums(*scores), frozenset(UUID(int=person) for person in range(len(scores))))


def sums(*scores: int) -> Sums:
    return Sums(len(scores), sum(scores), sum(score**2 for score in scores))


def out(*scores: int) -> Group:
    return Group(sums(*scores), out=True)


def test_what_the_plan_let_out_needs_an_answer_and_no_people() -> None:
    assert enough(out(50), K)
    assert not enough(Group(Sums(), out=True), K)
    assert not enough(Group(sums(50)), K)


def test_groups_together_are_out_only_where_each_of_them_is() -> None:
    assert together([out(50), out(75)]) == out(50, 75)
    assert not together([out(50), of(50)]).out
    assert not (of(50) + out(50)).out
    assert together([]).out
    assert together([of(50, 75), of(25)]).people == of(50, 75).people


def test_a_group_stays_as_it_was() -> None:
    group: Any = of(50)
    with pytest.raises(FrozenInstanceError):
        group.out = True
    with pytest.raises((AttributeError, TypeError)):
        group.more = 1


def test_a_number_has_one_decimal() -> None:
    spread = (50, 50, 75, 25, 100, 75, 50)
    found, exact = figure(of(*spread), K), mean(sums(*spread))
    assert (found.value, found.low, found.high) == (round(exact.value, 1), round(exact.low, 1), round(exact.high, 1))
    assert found.value == 60.7
    assert found.low != round(exact.low, 2)
    assert found.high != round(exact.high, 2)
    assert (found.n, found.band) == (7, None)


def test_in_a_band_its_middle_stands_for_the_mean_and_the_interval_is_whole_half_steps() -> None:
    """Six gave 50 and one 75: within a step of each other."""
    found = figure(of(50, 50, 50, 50, 50, 50, 75), K)
    assert (found.value, found.band) == (50, (37.5, 62.5))
    assert (found.low, found.high) == (37.5, 62.5)
    few = figure(of(50, 50, 50, 50, 75), K)
    assert (few.value, few.band) == (50, (37.5, 62.5))
    assert (few.low, few.high) == (37.5, 75.0)


def test_at_the_ends_of_the_scale_the_band_ends_with_it() -> None:
    low, high = figure(of(0, 0, 0, 0, 0), K), figure(of(100, 100, 100, 100, 100), K)
    assert (low.value, low.band) == (6.25, (0, 12.5))
    assert (high.value, high.band) == (93.75, (87.5, 100))
    assert (low.low, high.high) == (0, 100)


@pytest.mark.parametrize(
    ("scores", "lies"),
    [
        ((0, 0, 25, 0, 0, 50), (0, 12.5)),  # 12.5: half a step from the end, and small
        ((0, 0, 25, 25, 0, 50), None),  # 16.7: small, and neither near the end nor agreed
        ((100, 100, 75, 100, 100, 50), (87.5, 100)),
        ((100, 100, 75, 75, 100, 50), None),
        ((0,) * 18 + (100,), (0, 12.5)),  # nineteen are small
        ((0,) * 19 + (100,), None),  # twenty, four times the smallest group, are not: 5.0, and one said 100
        ((100,) * 18 + (0,), (87.5, 100)),
        ((100,) * 19 + (0,), None),
        ((0,) * 19 + (25,), (0, 12.5)),  # agreed but for one by one step: in any number
        ((100,) * 19 + (75,), (87.5, 100)),
        ((50,) * 19 + (75,), (37.5, 62.5)),
        ((50,) * 18 + (75, 75), None),
    ],
)
def test_where_a_band_begins(scores: tuple[int, ...], lies: tuple[float, float] | None) -> None:
    assert band(sums(*scores), K, SCORES) == lies


def test_a_difference_needs_both_groups() -> None:
    one, other, few = of(0, 25, 50, 75, 100), of(50, 75, 100, 100, 75, 25, 75), of(0, 25, 50, 75)
    exact = difference(one.sums, other.sums)
    found = change(one, other, K)
    assert exact
    assert found
    assert (found.value, found.low, found.high) == (round(exact.value, 1), round(exact.low, 1), round(exact.high, 1))
    assert found.value != round(exact.value, 2)
    assert found.low != round(exact.low, 2)
    assert found.high != round(exact.high, 2)
    for pair in ((one, few), (few, other), (None, other), (one, None), (None, None), (few, few)):
        assert change(*pair, K) is None


def test_a_difference_takes_a_group_that_agrees_as_if_one_did_not() -> None:
    agreed, other = of(50, 50, 50, 50, 50), of(0, 25, 50, 75, 100)
    exact, found = difference(veiled(agreed.sums), other.sums), change(agreed, other, K)
    assert exact
    assert found
    assert found.value == round(exact.value, 1) != 0


def test_who_agrees_on_the_lowest_is_moved_up_and_else_down() -> None:
    assert veiled(sums(0, 0, 0)) == sums(0, 0, 25)
    assert veiled(sums(25, 25, 25)) == sums(25, 25, 0)
    assert veiled(sums(100, 100)) == sums(100, 75)
    assert veiled(sums(25, 50)) == sums(25, 50)


def test_counts_at_the_edge() -> None:
    assert [count(n, K) for n in (0, 1, 4, 5, 6)] == [0, None, None, 5, 6]
    assert [in_steps(n, K) for n in (0, 1, 4, 5, 9, 10)] == [0, None, None, 5, 5, 10]


def test_small_parts_are_hidden_and_never_just_one() -> None:
    assert counts_shown({"a": 5, "b": 5, "c": 0}, K) == {"a": 5, "b": 5, "c": 0}
    assert counts_shown({"a": 20, "b": 5, "c": 4}, K) == {"a": 20, "b": None, "c": None}
    assert counts_shown({"a": 20, "b": 4, "c": 1}, K) == {"a": 20, "b": None, "c": None}
    assert counts_shown({"a": 20, "b": 1}, K) == {"a": None, "b": None}


def test_who_may_be_quoted_at_the_edge() -> None:
    people = [UUID(int=person) for person in range(K)]
    assert may_quote(people, K)
    assert not may_quote(people[1:] * 2, K)


def test_no_group_has_no_number() -> None:
    assert figure(None, K).suppressed
