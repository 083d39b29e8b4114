"""The publication plan, audited: from everything that was ever published, nobody can be worked out."""

import random
from collections import defaultdict
from itertools import combinations
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import ANY, Kind, Map, Waiting, batch
from analysis.disclosure.cuts import Line, isolable
from analysis.disclosure.planning import step
from analysis.statistics import Sums
from bench.organisations import Said, live, organisation
from bench.spans import exact_rank, isolated

K = 5
NOWHERE = Map({}, {})
line = st.tuples(st.integers(0, 3), st.integers(0, 3), st.frozensets(st.integers(0, 12), min_size=1, max_size=4))


def cell(month: int, touchpoint: str, customer: str, *people: int, service: str = "") -> Waiting:
    n = len(people)
    return Waiting(month, touchpoint, service, customer, Sums(n, 50 * n, 2500 * n), frozenset(map(uuid, people)))


def uuid(number: int) -> UUID:
    return UUID(int=number)


# the audit itself


def test_the_audit_finds_what_a_difference_tells() -> None:
    everybody, but_two = range(10), range(8)
    person = {answer: answer for answer in range(10)}
    assert isolated([everybody, but_two], person, K) == {8, 9}
    assert not isolated([everybody, range(5)], person, K)


def test_the_audit_finds_what_no_single_difference_tells() -> None:
    """Rows and columns of a table whose one small corner no two of them alone give away."""
    answers = {(row, column): [f"{row}{column}{i}" for i in range(n)] for row, column, n in TABLE}
    rows = [[one for at, ones in answers.items() if at[axis] == name for one in ones] for axis, name in SUMS]
    person = {answer: answer for ones in answers.values() for answer in ones}
    assert len(isolated(rows, person, K)) == 2


TABLE = [("a", "x", 20), ("a", "y", 1), ("b", "x", 1), ("b", "y", 20)]
SUMS = [(0, "a"), (0, "b"), (1, "x"), (1, "y")]


@given(st.lists(line, max_size=8))
@settings(deadline=None)
def test_a_cut_is_found_exactly_where_the_audit_finds_somebody(drawn: list[tuple[int, int, frozenset[int]]]) -> None:
    """Sums of rows and columns as equations, and as a graph. Where people stand in cells that do not touch, the graph
    may see a danger where there is none, never the other way round."""
    cells = {(row, column): people for row, column, people in drawn}
    person = {(*at, who): who for at, people in cells.items() for who in people}
    rows = [[one for one in person if one[axis] == at] for axis in (0, 1) for at in range(4)]
    lines = [Line(row, column, frozenset(people)) for (row, column), people in cells.items()]
    leak, cut = isolated(rows, person, 3), isolable(lines, 3)
    assert cut or not leak
    if len({who for _at, who in enumerate(person.values())}) == len(person):
        assert bool(cut) == bool(leak)


def test_ranks_are_those_of_the_rationals() -> None:
    assert exact_rank(np.array([[1, 1, 0], [0, 1, 1], [1, 0, -1]])) == 2


@given(st.lists(st.frozensets(st.integers(0, 9), min_size=1), max_size=7), st.integers(2, 4), st.integers(2, 10))
@settings(deadline=None)
def test_the_quick_audit_says_what_plain_fractions_say(rows: list[frozenset[int]], k: int, people: int) -> None:
    """Any sums at all, published by no plan, against the definition itself: for each set of people, two exact ranks."""
    person = {answer: answer % people for answer in range(10)}
    matrix = np.array([[int(answer in row) for answer in range(10)] for row in rows]).reshape(len(rows), 10)
    exposed = [
        some
        for size in range(1, k)
        for some in combinations(range(people), size)
        if exact_rank(matrix[:, [one for one in range(10) if person[one] not in some]]) < exact_rank(matrix)
    ]
    found = isolated(rows, person, k)
    assert bool(found) == bool(exposed)
    assert not found or len(found) < k


# the plan


@pytest.mark.parametrize("seed", range(30))
def test_nobody_can_be_worked_out_in_a_random_organisation(seed: int) -> None:
    rows, person = live(organisation(seed), K)
    assert not isolated(rows, person, K)


def test_without_the_cuts_somebody_could_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit is not blind: the same organisations without the proof in the plan give people away."""
    monkeypatch.setattr("analysis.disclosure.planning.isolable", lambda *_: [])
    assert any(isolated(*live(organisation(seed, largest=60), K), K) for seed in range(4))


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=25)
def test_two_looks_differ_by_nobody_or_by_many(seed: int) -> None:
    """Every published sum grows by the answers of at least k people at once."""
    rows, person = live(organisation(seed, largest=60), K)
    assert all(len({person[answer] for answer in row}) >= K for row in rows)


@given(st.integers(0, 10_000), st.randoms())
@settings(deadline=None, max_examples=25)
def test_the_order_of_the_answers_changes_nothing(seed: int, luck: random.Random) -> None:
    said = organisation(seed, largest=60)
    cells = cells_of(said.answers)
    one = batch(cells, 99, K, said.places)
    other = batch(luck.sample(cells, len(cells)), 99, K, said.places)
    assert {(part.label, part.sums) for part in one[0]} == {(part.label, part.sums) for part in other[0]}


def cells_of(answers: list[Said]) -> list[Waiting]:
    found: dict[tuple[int, str, str, str], list[Said]] = defaultdict(list)
    for one in answers:
        found[one.month, one.touchpoint, one.service, one.customer].append(one)
    return [
        Waiting(*at, Sums(len(ones), 0, 0), frozenset(uuid(one.person) for one in ones)) for at, ones in found.items()
    ]


def labels(*cells: Waiting, until: int = 9, places: Map = NOWHERE) -> set[tuple[int, str, str, str, int]]:
    parts, _left = batch(cells, until, K, places)
    return {(one.label.month, one.label.kind, one.label.customer, one.label.touchpoint, one.sums.n) for one in parts}


def test_a_cell_of_five_people_is_shown_and_one_of_four_waits() -> None:
    assert labels(cell(1, "a", "acme", *range(5)), until=1) == {(1, Kind.CELL, "acme", "a", 5)}
    assert labels(cell(1, "a", "acme", *range(4)), until=1) == set()


def test_quiet_months_are_joined_and_count_in_the_last() -> None:
    assert labels(cell(1, "a", "acme", 1, 2), cell(2, "a", "acme", 3, 4), cell(3, "a", "acme", 5)) == {
        (3, Kind.CELL, "acme", "a", 5)
    }


def test_small_cells_are_told_by_customer_and_by_place() -> None:
    cells = [cell(1, place, customer, *range(at, at + 4)) for place, customer, at in FOUR]
    assert labels(*cells, until=1) == {
        (1, Kind.CUSTOMER, "acme", "*", 8),
        (1, Kind.CUSTOMER, "globex", "*", 8),
        (1, Kind.PLACE, "*", "a", 8),
        (1, Kind.PLACE, "*", "b", 8),
    }


FOUR = [("a", "acme", 0), ("a", "globex", 10), ("b", "acme", 20), ("b", "globex", 30)]


def test_what_waits_long_is_counted_with_its_stage_and_later_with_all() -> None:
    places = Map({}, {"a": "guidance", "b": "guidance", "c": "support"})
    two = cell(1, "a", "acme", 1, 2), cell(1, "b", "acme", 3, 4, 5)
    assert labels(*two, until=3, places=places) == set()
    assert labels(*two, until=4, places=places) == {(4, Kind.CELL, "acme", "@guidance", 5)}
    apart = cell(1, "a", "acme", 1, 2), cell(1, "c", "acme", 3, 4, 5)
    assert labels(*apart, until=6, places=places) == set()
    assert labels(*apart, until=7, places=places) == {(7, Kind.CELL, "acme", "*", 5)}


def test_a_customer_who_is_too_small_is_counted_without_its_name() -> None:
    cells = cell(1, "a", "tiny", 1, 2), cell(1, "a", "small", 3, 4, 5), cell(1, "a", "other", 6)
    assert labels(*cells, until=3) == set()
    assert labels(*cells, until=4) == {(4, Kind.PLACE, "*", "a", 6)}


def test_a_service_stands_for_itself_where_enough_people_spoke_of_it() -> None:
    parts, left = batch(
        [cell(1, "a", "acme", *range(5), service="mail"), cell(1, "a", "acme", 7, service="vpn")], 1, K, NOWHERE
    )
    assert [(one.label.service, one.sums.n) for one in parts] == [("mail", 5)]
    assert [one.service for one in left] == ["vpn"]


def test_somebody_who_speaks_often_is_one_person() -> None:
    often = Waiting(1, "a", "", "acme", Sums(40, 0, 0), frozenset([uuid(1)]))
    assert batch([often], 9, K, NOWHERE) == ([], [often])


# where exactly a part is too small


def test_what_is_pooled_is_what_is_too_small_by_one() -> None:
    """Of Acme's two cells the one with five people stands for itself; the two people of the other, who have waited
    three months, are joined to the three of Beta at the same touchpoint, which then has enough to keep its name."""
    waited = [
        cell(1, "portal", "acme", 1, 2),
        cell(1, "phone", "acme", 11, 12, 13, 14, 15),
        cell(1, "portal", "beta", 3, 4, 5),
    ]
    told = {(part.label.customer, part.label.touchpoint): part.sums.n for part in step(waited, 4, K, NOWHERE)[0]}
    assert told[ANY, "portal"] == 5
    assert told["acme", "phone"] == 5


def test_nothing_waits_and_nothing_is_published() -> None:
    assert batch([], 7, K, NOWHERE) == ([], [])
