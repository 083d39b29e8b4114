"""How a figure moves, and how sure that is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.schemas.figures import Figure
from value.rules.trends import moved, slope, spread_of
from value.rules.worth import goal_of
from value.schemas.worth import Goal


def test_a_straight_rise_is_told_as_it_is_and_fewer_than_six_months_are_not() -> None:
    line = [(month, 50 + 2.0 * month) for month in range(12)]
    found = slope(line)
    assert found
    assert (found.value, found.low, found.high) == (2.0, 2.0, 2.0)
    assert slope(line[:5]) is None


def test_the_interval_of_a_slope_holds_the_truth_in_95_of_100() -> None:
    random, held = np.random.default_rng(7), 0
    for _ in range(400):
        found = slope([(month, 40 + 0.5 * month + random.normal(0, 3)) for month in range(12)])
        held += bool(found and found.low <= 0.5 <= found.high)
    assert 0.92 <= held / 400 <= 0.98


figures = st.tuples(st.floats(0, 100), st.floats(0, 20), st.floats(0, 20)).map(
    lambda told: Figure(told[0], told[0] - told[1], told[0] + told[2], 9)
)


@given(figures, figures)
def test_a_difference_is_no_surer_than_either_figure(later: Figure, earlier: Figure) -> None:
    found = moved(later, earlier)
    assert found
    assert found.low - 0.1 <= found.value <= found.high + 0.1
    for one in (later, earlier):
        assert one.high is not None
        assert one.low is not None
        assert found.high - found.low >= min(one.high - (one.value or 0), (one.value or 0) - one.low) - 0.2


def test_an_interval_needs_both_n_and_deviation() -> None:
    assert spread_of(10, None, 2) is None
    assert spread_of(10, 1, 2) is None
    assert spread_of(10, 16, 2) == pytest.approx((10 - 2.1314 / 2, 10 + 2.1314 / 2), abs=1e-3)


def test_without_an_interval_only_what_was_given_alone_meets_a_target() -> None:
    alone = Figure(97, None, None, None)
    assert goal_of(95, alone, better_up=True, exact=True) is Goal.MET
    assert goal_of(95, alone, better_up=True) is Goal.OPEN
