"""The gate: what it lets through, and what cannot be worked out from what it let through."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import (
    Block,
    Choice,
    Group,
    band,
    count,
    counts_shown,
    figure,
    inside,
    may_quote,
    plan,
    portfolios,
    publish,
    stepped,
    veiled,
)
from analysis.schemas.figures import Window
from analysis.statistics import SCORES, Sums

K = 5


def group(*people: int, score: int = 50) -> Group:
    """One answer of each person named."""
    n = len(people)
    return Group(Sums(n, n * score, n * score**2), frozenset(UUID(int=person) for person in people))


# one number


def test_four_people_have_no_number_and_five_have_one() -> None:
    assert figure(group(1, 2, 3, 4), K).suppressed
    assert not figure(group(1, 2, 3, 4, 5), K).suppressed


def test_a_person_who_answers_often_is_one_person() -> None:
    assert figure(Group(Sums(50, 2500, 125000), group(1, 2).people), K).suppressed


def test_a_suppressed_number_carries_nothing() -> None:
    hidden = figure(group(1, 2), K)
    assert (hidden.value, hidden.low, hidden.high, hidden.n) == (None, None, None, None)


@given(st.sampled_from([0, 25, 50, 75, 100]), st.integers(K, 40))
def test_a_group_that_agrees_looks_like_one_in_which_somebody_did_not(value: int, n: int) -> None:
    agreed = figure(group(*range(n), score=value), K)
    neighbours = {figure(_with_one(value, value + step, n), K) for step in (-25, 25) if 0 <= value + step <= 100}
    assert agreed in neighbours


def _with_one(value: int, other: int, n: int) -> Group:
    total, squares = value * (n - 1) + other, value**2 * (n - 1) + other**2
    return Group(Sums(n, total, squares), group(*range(n)).people)


@given(st.lists(st.sampled_from([0, 25, 50, 75, 100]), min_size=2))
def test_disagreement_is_shown_as_it_is(values: list[int]) -> None:
    sums = Sums(len(values), sum(values), sum(value**2 for value in values))
    assert (veiled(sums, SCORES) == sums) == (len(set(values)) > 1)


def test_small_counts_are_not_told_but_nobody_is() -> None:
    assert [count(n, K) for n in (0, 1, 4, 5, 80)] == [0, None, None, 5, 80]


def test_small_parts_of_a_count_are_hidden_and_never_just_one() -> None:
    assert counts_shown({"0": 40, "1": 8, "2": 3}, K) == {"0": 40, "1": None, "2": None}
    assert counts_shown({"0": 40, "1": 8, "2": 0}, K) == {"0": 40, "1": 8, "2": 0}
    assert counts_shown({"0": 40, "1": 4, "2": 4}, K) == {"0": 40, "1": None, "2": None}


def test_words_need_many_different_writers() -> None:
    assert may_quote([UUID(int=number) for number in range(8)], 8)
    assert not may_quote([UUID(int=1)] * 20, 8)


@given(st.integers(0, 1000))
def test_a_live_count_moves_in_steps_of_a_group(n: int) -> None:
    assert stepped(n, K) <= n
    assert stepped(n + 1, K) - stepped(n, K) in (0, K)


# agreement


@pytest.mark.parametrize("n", [5, 8, 19, 200])
@pytest.mark.parametrize("score", [0, 25, 50, 75, 100])
def test_d5_a_unanimous_group_is_a_band(n: int, score: int) -> None:
    """And the same band as that of a group in which one answered one step differently."""
    other = score + 25 if score < 100 else 75
    agreed, nearly = Sums(n, n * score, n * score**2), Sums(n, n * score - score + other, 0)
    nearly = Sums(n, nearly.total, (n - 1) * score**2 + other**2)
    found = band(agreed, K, SCORES)
    assert found
    assert found == band(nearly, K, SCORES)
    assert found[0] <= score <= found[1]
    assert found[1] - found[0] >= 12


def test_d5_a_small_group_near_the_end_of_the_scale_is_a_band_whether_it_agrees_or_not() -> None:
    agreed, mixed = Sums(10, 0, 0), Sums(10, 100, 10_000)  # ten times 0; nine times 0 and one 100
    assert band(agreed, K, SCORES) == band(mixed, K, SCORES) == (0, 12.5)
    assert band(Sums(10, 500, 50_000), K, SCORES) is None


# what is seen of what was published


def block(first: int, last: int, touchpoint: str, n: int) -> Block:
    return Block(Window(first, last), Group(Sums(n, 50 * n, 2500 * n), out=True), touchpoint)


def test_a_period_shows_whole_blocks_and_pools_together_with_no_name() -> None:
    blocks = [block(1, 3, "a", 7), block(4, 4, "a", 9), block(2, 4, "@transition", 6), block(4, 5, "*", 5)]
    found = publish(plan(blocks, Choice(), K), Window(4, 4), K)
    assert {key: one.sums.n for key, one in found.touchpoints.items()} == {"a": 9}
    assert (found.total.sums.n, found.rest.sums.n) == (15, 6)
    assert inside(plan(blocks, Choice(), K), Window(2, 4), K) == {"a": [blocks[1]]}


def test_months_of_a_total_do_not_overlap() -> None:
    blocks = [block(1, 2, "a", 7), block(1, 3, "b", 9), block(5, 6, "a", 6)]
    found = publish(plan(blocks, Choice(), K), Window(0, 9), K)
    assert [one.months for one in found.blocks] == [Window(1, 2), Window(3, 3), Window(5, 6)]


def test_what_is_let_out_has_a_number_under_any_later_setting() -> None:
    assert figure(Group(Sums(6, 300, 17_500), out=True), 50).n == 6
    assert figure(Group(Sums(), out=True), K).suppressed


# portfolios


def test_two_customers_are_a_portfolio_also_where_somebody_sees_one_of_them_alone() -> None:
    assert portfolios([frozenset({"acme"}), frozenset({"acme", "globex"})]) == [frozenset({"acme", "globex"})]


@given(st.lists(st.frozensets(st.sampled_from("abcdef")), max_size=5))
def test_a_portfolio_is_seen_as_a_whole_or_by_its_single_customers(scopes: list[frozenset[str]]) -> None:
    found = portfolios(scopes)
    assert all(len(one) > 1 for one in found)
    assert sum(map(len, found)) == len(frozenset[str]().union(*found))
    assert all(one <= scope or not one & scope for one in found for scope in scopes if len(scope) > 1)
