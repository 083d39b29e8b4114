"""Cells add up: in any split, and when journeys are taken out and put in again."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.moments.arrays import codes_of, commonest
from analysis.statistics.moments.cells import Cells, collect, distinct
from analysis.statistics.moments.counting import Counted, count, rows_of
from analysis.statistics.moments.looks import look
from analysis.statistics.moments.losses import wherever
from analysis.statistics.moments.passes import Kind, kinds
from analysis.statistics.moments.pooling import Ordinary
from analysis.statistics.moments.shapes import Method
from analysis.statistics.moments.timeline import Timeline, histories
from tests.support.journeys import World, experiences


@cache
def counted() -> Counted:
    return count(experiences(World(journeys=400, cost={"place c": 1.0})), Method())


def assert_same(one: Cells, other: Cells) -> None:
    assert np.array_equal(one.keys, other.keys)
    assert np.allclose(one.sums, other.sums, atol=1e-8)
    assert np.array_equal(one.people, other.people)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_cells_merged_in_any_split_and_order_are_those_of_the_whole(parts: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    part = random.integers(0, parts, len(counted().passes))
    pieces = [counted().cells(part == number) for number in random.permutation(parts)]
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece
    assert_same(whole, counted().cells())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_journeys_counted_alone_give_the_cells_of_all_together(seed: int) -> None:
    """With frozen parameters a journey needs itself and what its person said before."""
    rows, parameters = counted().timeline.rows, counted().parameters
    timeline = Timeline.of(rows)
    said = histories(timeline, parameters.baselines.residuals(timeline))
    names = rows.journey[timeline.journeys.starts]
    mine = np.random.default_rng(seed).random(len(names)) < 0.5
    pieces = []
    for use in (mine, ~mine):
        part = rows.take(np.isin(rows.journey, names[use]))
        passes, surprise = rows_of(part, parameters, (said[0][use], said[1][use]))
        pieces.append(collect(parameters.layout, passes, surprise))
    assert_same(pieces[0] + pieces[1], counted().cells())


def test_a_journey_taken_out_and_put_in_again_changes_nothing_that_is_decided() -> None:
    some = counted().passes.journey < 40
    cells = counted().cells()
    again = cells - counted().cells(some) + counted().cells(some)
    assert np.allclose(again.sums, cells.sums, atol=1e-8)
    looks = [look(each, counted().parameters.layout.months, counted().people, Method()) for each in (cells, again)]
    assert np.allclose(looks[0].p_values, looks[1].p_values)


def test_cells_of_other_layouts_are_not_mixed() -> None:
    other = count(experiences(World(journeys=50, visits=3, seed=9)), Method())
    with pytest.raises(ValueError, match="layouts"):
        counted().cells() + other.cells()


def test_a_window_holds_its_months_and_all_windows_hold_everything() -> None:
    cells, months = counted().cells(), counted().parameters.layout.months
    halves = cells.window(0, 5).sums + cells.window(5, months).sums
    assert np.allclose(halves, cells.window(0, months).sums)
    assert cells.window(0, months).sums[:, 0, :, 0].sum() == len(counted().passes)


@pytest.mark.parametrize("people", [1, 5, 20, 50])
def test_the_sketch_counts_people_about_right(people: int) -> None:
    bits = np.bitwise_or.reduce(np.uint64(1) << np.random.default_rng(people).integers(0, 64, people).astype(np.uint64))
    assert float(distinct(np.array(bits))) == pytest.approx(people, rel=0.35, abs=1)


def test_kinds_are_those_of_the_answers_as_given() -> None:
    score, repaired = np.array([1, 2.5, 2.5, 3, 3.5, 4, 4.5, 5, 9]), np.array([0, 0, 1, 1, 0, 0, 0, 1, 0], dtype=bool)
    expected = [
        Kind.BAD, Kind.BAD, Kind.REPAIRED, Kind.MIDDLING, Kind.MIDDLING, Kind.FINE, Kind.DELIGHTED, Kind.DELIGHTED,
        Kind.SILENT,
    ]  # fmt: skip
    assert kinds(score, repaired).tolist() == expected


@given(st.lists(st.sampled_from(["", "a", "b", "c", "d", "e"])), st.integers(1, 4))
def test_rare_words_become_unknown_and_the_others_stay(said: list[str], most: int) -> None:
    codes, words = commonest(*codes_of(said), most)
    assert len(words) <= most
    assert [words[code] if code >= 0 else "" for code in codes] == [word if word in words else "" for word in said]
    rare = [said.count(word) for word in set(said) - {"", *words}]
    assert not rare or max(rare) <= min(said.count(word) for word in words)


def test_what_a_segment_shows_at_every_touchpoint_is_usual_for_it() -> None:
    """View 1 is worse off wherever it is met, view 2 is met at eight touchpoints only."""
    mean = np.random.default_rng(5).normal(0, 0.05, (40, 3)) + np.array([0.0, 0.3, 0.3])
    enough = np.ones(mean.shape, dtype=np.bool_)
    enough[8:, 2] = False
    everybody = Ordinary(0.01, 0.002)
    typical, error = wherever(mean, np.full(mean.shape, 0.05**2), enough, everybody, Method())
    assert typical[0] == typical[2] == everybody.typical
    assert typical[1] == pytest.approx(0.3, abs=0.05)
    assert (error >= everybody.error).all()
