"""Means and intervals: exact sums, honest widths."""

import random
from math import isclose, sqrt
from statistics import fmean, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics import Sums, difference, mean
from analysis.statistics.means import SCORES

score = st.sampled_from([0, 25, 50, 75, 100])
scores = st.lists(score, min_size=2, max_size=60)


def sums_of(values: list[int]) -> Sums:
    return Sums(len(values), sum(values), sum(value * value for value in values))


@given(scores, scores)
def test_sums_of_two_groups_are_the_sums_of_both_together(one: list[int], other: list[int]) -> None:
    assert sums_of(one) + sums_of(other) == sums_of(one + other)
    assert sums_of(one + other) - sums_of(other) == sums_of(one)


@settings(deadline=None)  # the first quantile loads its library
@given(scores)
def test_a_mean_lies_inside_its_interval_and_the_interval_inside_the_scale(values: list[int]) -> None:
    found = mean(sums_of(values))
    assert isclose(found.value, fmean(values))
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 100


def test_the_interval_is_that_of_the_textbook() -> None:
    """Ten values, t with 9 degrees of freedom is 2.262157."""
    values = [25, 50, 50, 75, 75, 75, 50, 25, 100, 75]
    half = 2.262157 * sqrt(variance(values) / 10)
    found = mean(sums_of(values))
    assert found.low == pytest.approx(60 - half, abs=1e-4)
    assert found.high == pytest.approx(60 + half, abs=1e-4)


def test_one_answer_says_nothing_about_the_others() -> None:
    assert (mean(sums_of([75])).low, mean(sums_of([75])).high) == (0, 100)


@settings(deadline=None)
@given(score, st.integers(2, 30))
def test_agreement_is_never_certainty(value: int, n: int) -> None:
    found = mean(sums_of([value] * n))
    assert found.high - found.low > 2


def test_no_answers_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no answers"):
        mean(Sums())


@settings(deadline=None)
@given(scores, scores)
def test_a_difference_turns_round_with_its_groups(one: list[int], other: list[int]) -> None:
    there, back = difference(sums_of(one), sums_of(other)), difference(sums_of(other), sums_of(one))
    assert there
    assert back
    assert isclose(there.value, -back.value, abs_tol=1e-9)
    assert isclose(there.low, -back.high, abs_tol=1e-9)


def test_a_difference_needs_two_answers_on_each_side() -> None:
    assert difference(sums_of([50]), sums_of([50, 75])) is None


def test_welch_agrees_with_a_published_example() -> None:
    """Two groups of unequal variance: with 27.9 degrees of freedom the quantile is 2.05."""
    one = [27, 18, 24, 21, 26, 27, 25, 24, 23, 21, 24, 20, 19, 22, 25, 24]
    other = [18, 20, 17, 21, 22, 16, 24, 19, 15, 25, 18, 22, 14, 20, 17]
    found = difference(sums_of(one), sums_of(other))
    assert found
    spread = sqrt(
        max(variance(one), SCORES.step**2 / 12) / len(one) + max(variance(other), SCORES.step**2 / 12) / len(other)
    )
    assert found.value == pytest.approx(fmean(one) - fmean(other))
    assert (found.high - found.value) / spread == pytest.approx(2.05, abs=0.02)


@pytest.mark.parametrize("n", [5, 8, 20, 100])
@pytest.mark.parametrize("weights", [(1, 2, 4, 6, 3), (6, 5, 3, 2, 1), (5, 1, 1, 1, 5)])
def test_intervals_hold_the_truth_about_as_often_as_they_say(n: int, weights: tuple[int, ...]) -> None:
    draw, values = random.Random(n), [0, 25, 50, 75, 100]
    truth = sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)
    hits = sum(
        low <= truth <= high for low, high in (_interval(draw.choices(values, weights, k=n)) for _ in range(1500))
    )
    assert (0.9 if n < 8 else 0.92) <= hits / 1500 <= 0.99


def _interval(values: list[int]) -> tuple[float, float]:
    found = mean(sums_of(values))
    return found.low, found.high
