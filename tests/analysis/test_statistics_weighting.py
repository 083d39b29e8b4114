"""Who answered, weighted to who was asked: a mean that was off comes back, and nobody speaks for all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.weighting import HEAVIEST, rake, weighted_mean

PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.booleans()), min_size=5, max_size=40)


def test_a_stratum_that_stays_silent_counts_as_much_as_it_was_asked() -> None:
    asked = ["slow"] * 500 + ["fast"] * 500
    answered = np.array([number % 10 == 0 for number in range(500)] + [number % 2 == 0 for number in range(500)])
    scores = np.array([20.0] * 50 + [80.0] * 250)
    found = weighted_mean(scores, rake([asked], answered), 700, (0, 100))
    assert found.raw[0] == pytest.approx(70)
    assert found.weighted[0] == pytest.approx(50, abs=0.01)
    assert found.effective < 300
    assert (found.worst, found.best) == (pytest.approx(21), pytest.approx(91))


@given(PAIRS)
def test_weights_keep_their_mean_and_none_is_heavy(people: list[tuple[str, str, bool]]) -> None:
    answered = np.array([told for _, _, told in people])
    weights = rake([[a for a, _, _ in people], [b for _, b, _ in people]], answered)
    assert len(weights) == answered.sum()
    assert (weights > 0).all()
    assert (weights <= HEAVIEST).all()


@given(PAIRS)
def test_where_everybody_answered_nothing_is_weighted(people: list[tuple[str, str, bool]]) -> None:
    weights = rake([[a for a, _, _ in people], [b for _, b, _ in people]], np.ones(len(people), dtype=np.bool_))
    assert weights == pytest.approx(np.ones(len(people)))
