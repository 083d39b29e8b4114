"""The gate: what it lets through, and what cannot be worked out from what it let through."""

import random
from fractions import Fraction
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import (
    Atom,
    Choice,
    Group,
    Published,
    count,
    counts_shown,
    figure,
    join,
    may_quote,
    parts_shown,
    plan,
    publish,
    veiled,
)
from analysis.schemas.figures import Window
from analysis.statistics import SCORES, Sums

K = 5
ALL = Window(0, 99)
EVERYBODY = Choice()


def group(*people: int, score: int = 50) -> Group:
    """One answer of each person named."""
    n = len(people)
    return Group(Sums(n, n * score, n * score**2), frozenset(UUID(int=person) for person in people))


def atom(month: int, touchpoint: str, *people: int, service: str = "", customer: str = "") -> Atom:
    return Atom(month, touchpoint, group(*people), service, customer)


voice = st.tuples(
    st.integers(0, 11), st.sampled_from("abcdef"), st.integers(0, 40), st.sampled_from(["s1", "s2", "s3"])
)
voices = st.lists(voice, max_size=120)


def atoms_of(said: list[tuple[int, str, int, str]], by_service: bool = False) -> list[Atom]:
    cells: dict[tuple[int, str, str], list[int]] = {}
    for month, touchpoint, person, service in said:
        cells.setdefault((month, touchpoint, service if by_service else ""), []).append(person)
    return [
        Atom(
            month, touchpoint, Group(Sums(len(people), 50 * len(people), 2500 * len(people)), group(*people).people), s
        )
        for (month, touchpoint, s), people in cells.items()
    ]


def published(atoms: list[Atom], window: Window, choice: Choice, minimum: int) -> Published:
    return publish(plan(atoms, choice, minimum), window, minimum)


def people_in(atoms: list[Atom]) -> frozenset[UUID]:
    return frozenset[UUID]().union(*(one.group.people for one in atoms))


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


# parts of a whole


def test_what_is_hidden_cannot_be_had_by_subtraction() -> None:
    parts = {"big": group(*range(40)), "middle": group(*range(50, 58)), "small": group(90, 91)}
    assert parts_shown(parts, K) == {"big"}


def test_two_small_parts_hide_each_other() -> None:
    parts = {"big": group(*range(40)), "one": group(90, 91, 92), "other": group(95, 96)}
    assert parts_shown(parts, K) == {"big"}


def test_nothing_is_hidden_where_everything_is_large() -> None:
    parts = {"one": group(*range(5)), "other": group(*range(10, 15))}
    assert parts_shown(parts, K) == {"one", "other"}


@given(st.lists(st.frozensets(st.integers(0, 60), max_size=9), max_size=8))
def test_hidden_parts_are_none_or_many(sets: list[frozenset[int]]) -> None:
    parts = {str(i): group(*people) for i, people in enumerate(sets)}
    shown = parts_shown(parts, K)
    hidden = frozenset[UUID]().union(*(parts[key].people for key in parts if key not in shown))
    assert all(len(parts[key].people) >= K for key in shown)
    assert not hidden or len(hidden) >= K or not shown


# months


def test_quiet_months_are_joined_until_enough_people_spoke() -> None:
    atoms = [atom(1, "a", 1, 2), atom(2, "a", 3, 4), atom(4, "a", 5, 6), atom(5, "a", *range(10, 16))]
    assert [block.months for block in join(atoms, EVERYBODY, K)] == [Window(1, 4), Window(5, 5)]


def test_the_newest_answers_wait_until_they_are_enough() -> None:
    atoms = [atom(1, "a", *range(6)), atom(2, "a", 10, 11)]
    assert [block.group.sums.n for block in join(atoms, EVERYBODY, K)] == [6]


@given(voices)
def test_any_two_periods_of_a_touchpoint_differ_by_nobody_or_by_many(said: list[tuple[int, str, int, str]]) -> None:
    atoms = [one for one in atoms_of(said) if one.touchpoint == "a"]
    blocks = join(atoms, EVERYBODY, K)
    assert all(len(block.group.people) >= K for block in blocks)
    for one, other in combinations(blocks, 2):
        assert one.months.last < other.months.first


# the whole plan


@settings(deadline=None)
@given(voices, st.integers(0, 11), st.integers(0, 11))
def test_everything_published_stands_for_enough_people(
    said: list[tuple[int, str, int, str]], one: int, other: int
) -> None:
    found = published(atoms_of(said), Window(min(one, other), max(one, other)), EVERYBODY, K)
    groups = [*(block.group for block in found.blocks), *found.touchpoints.values()]
    assert all(len(group.people) >= K for group in groups)
    assert not found.rest.people or len(found.rest.people) >= K or not found.touchpoints


@settings(deadline=None)
@given(voices, st.randoms())
def test_the_order_of_the_answers_changes_nothing(said: list[tuple[int, str, int, str]], luck: random.Random) -> None:
    atoms = atoms_of(said)
    shuffled = luck.sample(atoms, len(atoms))
    assert published(atoms, ALL, EVERYBODY, K) == published(shuffled, ALL, EVERYBODY, K)


def test_answers_that_are_too_few_together_wait_and_count_nowhere() -> None:
    atoms = [atom(1, "a", *range(20)), atom(1, "b", *range(30, 37)), atom(1, "c", 50, 51)]
    found = published(atoms, ALL, EVERYBODY, K)
    assert set(found.touchpoints) == {"a", "b"}
    assert found.total.sums.n == 27
    assert not found.rest.people


def test_answers_that_are_enough_together_count_in_the_total() -> None:
    atoms = [atom(1, "a", *range(20)), atom(1, "b", 50, 51, 52), atom(1, "c", 60, 61)]
    found = published(atoms, ALL, EVERYBODY, K)
    assert set(found.touchpoints) == {"a"}
    assert (found.total.sums.n, found.rest.sums.n) == (25, 5)


def test_where_too_few_remain_in_a_period_the_smallest_block_goes_with_them() -> None:
    """Five wait over all time, but only two of them spoke in the second month."""
    atoms = [atom(1, "a", *range(9)), atom(1, "b", 50, 51, 52), atom(2, "c", 60, 61)]
    atoms += [atom(2, "a", *range(20, 29)), atom(2, "d", *range(30, 36))]
    found = published(atoms, Window(2, 2), EVERYBODY, K)
    assert set(found.touchpoints) == {"a"}
    assert (found.total.sums.n, found.rest.sums.n) == (17, 8)


def test_people_who_spoke_before_the_period_are_not_told_by_the_difference() -> None:
    """Two of b's seven spoke a month before; without a's answers b would be all of the total and two more."""
    atoms = [atom(1, "a", *range(9)), atom(1, "b", 50, 51), atom(2, "a", *range(20, 29)), atom(2, "b", *range(60, 65))]
    found = published(atoms, Window(2, 2), EVERYBODY, K)
    assert set(found.touchpoints) == {"a"}
    assert (found.total.sums.n, found.rest.sums.n) == (14, 5)


@pytest.mark.parametrize("seed", range(4))
def test_no_month_of_a_touchpoint_can_be_solved_for(seed: int) -> None:
    """All totals of all usual periods together, as equations: none of the small cells comes out alone.

    Each cell carries a binary digit of its own, so that a published sum says which cells are in it.
    """
    cells = small_company(seed)
    atoms = [
        Atom(month, touchpoint, Group(Sums(1, 1 << digit, 0), people))
        for digit, ((month, touchpoint), people) in enumerate(sorted(cells.items()))
    ]
    small = [1 << digit for digit, one in enumerate(atoms) if len(one.group.people) < K]
    basis = independent(sums_seen(atoms))
    assert small
    assert not [digit for digit in small if solvable(digit, basis)]


def small_company(seed: int) -> dict[tuple[int, str], frozenset[UUID]]:
    """200 answers in a year, at eight touchpoints, unevenly."""
    luck = random.Random(seed)
    said: dict[tuple[int, str], set[UUID]] = {}
    for _ in range(200):
        (touchpoint,) = luck.choices("abcdefgh", [1 / (place + 1) for place in range(8)])
        said.setdefault((luck.randrange(12), touchpoint), set()).add(UUID(int=luck.randrange(400)))
    return {cell: frozenset(people) for cell, people in said.items()}


def sums_seen(atoms: list[Atom]) -> set[int]:
    windows = [Window(end - length + 1, end) for end in range(2, 12) for length in (3, 6, 12) if end - length >= -1]
    seen = [published(atoms, window, EVERYBODY, K) for window in windows]
    months = {block.group.sums.total for one in seen for block in one.blocks}
    return months | {group.sums.total for one in seen for group in one.touchpoints.values()}


def independent(sums: set[int]) -> list[dict[int, Fraction]]:
    """Row echelon form, exact: each row maps a cell to its coefficient, led by its lowest cell."""
    basis: list[dict[int, Fraction]] = []
    for total in sums:
        row = reduced({digit: Fraction(1) for digit in range(total.bit_length()) if total >> digit & 1}, basis)
        if row:
            basis.append({digit: value / row[min(row)] for digit, value in row.items()})
    return basis


def reduced(row: dict[int, Fraction], basis: list[dict[int, Fraction]]) -> dict[int, Fraction]:
    leads = {min(known): known for known in basis}
    done: dict[int, Fraction] = {}
    while row:
        lead = min(row)
        if lead not in leads:
            done[lead] = row.pop(lead)
            continue
        factor = row[lead]
        for digit, value in leads[lead].items():
            row[digit] = row.get(digit, Fraction(0)) - factor * value
        row = {digit: value for digit, value in row.items() if value}
    return done


def solvable(digit: int, basis: list[dict[int, Fraction]]) -> bool:
    return not reduced({digit.bit_length() - 1: Fraction(1)}, basis)


def test_small_parts_of_a_count_are_hidden_and_never_just_one() -> None:
    assert counts_shown({"0": 40, "1": 8, "2": 3}, K) == {"0": 40, "1": None, "2": None}
    assert counts_shown({"0": 40, "1": 8, "2": 0}, K) == {"0": 40, "1": 8, "2": 0}
    assert counts_shown({"0": 40, "1": 4, "2": 4}, K) == {"0": 40, "1": None, "2": None}


def test_words_need_many_different_writers() -> None:
    assert may_quote([UUID(int=number) for number in range(8)], 8)
    assert not may_quote([UUID(int=1)] * 20, 8)


def test_a_service_is_not_shown_when_it_would_give_its_neighbour_away() -> None:
    atoms = [atom(1, "a", *range(20), service="mail"), atom(1, "a", 50, 51, service="network")]
    assert not published(atoms, ALL, Choice(service="network"), K).touchpoints
    assert not published(atoms, ALL, Choice(service="mail"), K).touchpoints
    assert published(atoms, ALL, EVERYBODY, K).touchpoints


def test_a_service_is_shown_beside_neighbours_that_are_large() -> None:
    atoms = [atom(1, "a", *range(20), service="mail"), atom(1, "a", *range(50, 59), service="network")]
    assert published(atoms, ALL, Choice(service="network"), K).total.sums.n == 9


@settings(deadline=None)
@given(voices, st.sampled_from(["s1", "s2", "s3"]))
def test_what_a_filter_leaves_out_is_nobody_or_many(said: list[tuple[int, str, int, str]], service: str) -> None:
    atoms = atoms_of(said, by_service=True)
    for block in join(atoms, Choice(service=service), K):
        beside = [one for one in atoms if one.month in block.months and one.service != service]
        assert len(block.group.people) >= K
        assert not beside or len(people_in(beside)) >= K


def test_a_customer_and_a_service_together_pass_both_ways() -> None:
    seen = [atom(1, "a", *range(10), service="mail", customer="acme")]
    small = atom(1, "a", 70, 71, service="mail", customer="globex")
    chosen = Choice(service="mail", customer="acme")
    assert published(seen, ALL, chosen, K).touchpoints
    assert not published([*seen, small], ALL, chosen, K).touchpoints
