"""What a whole comment of service talk says is decided from all that was read of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.classifier import artefact, deciding, read
from analysis.classifier.sentiment import Sides

KINDLY_BUT_LATE = "The engineer was patient and friendly, but it took three weeks until anybody came."


def sides(n: int) -> Sides:
    chance = np.random.default_rng(n)
    some = chance.random((n, 2))
    return Sides(some, some * 9, np.full(n, 2), np.full(n, 20), np.zeros(n, dtype=bool), some - 0.5)


@pytest.mark.parametrize("language", ["en", "zh"])
@given(n=st.integers(1, 6), far=st.floats(-1e6, 1e6))
def test_whatever_was_read_the_four_outcomes_are_probabilities(language: str, n: int, far: float) -> None:
    table = artefact.shipped()[1][language]
    heard, told, likely = np.full((n, artefact.HEARD), far), np.full((n, 6), far), np.full((n, 3), 1 / 3)
    rows = deciding.inputs(heard, told, likely, sides(n))
    outcomes = deciding.decide(table, rows)
    assert outcomes.shape == (n, 4)
    assert np.allclose(outcomes.sum(axis=1), 1)
    one_way, both = deciding.three(outcomes)
    assert np.allclose(one_way.sum(axis=1), 1)
    assert ((both >= 0) & (both <= 1)).all()


def test_where_an_event_has_taken_all_words_the_network_says_nothing() -> None:
    table, likely = artefact.shipped()[1]["en"], np.array([[0.9, 0.1, 0.0]])
    heard = np.zeros((1, artefact.HEARD))
    rows = deciding.inputs(heard, np.zeros((1, 6)), likely, sides(1))
    found, _ = deciding.decided(table, heard, rows, likely, np.zeros(1), share=np.zeros(1))
    assert np.allclose(found, likely)


def test_two_sides_in_one_breath_are_mixed() -> None:
    [found] = read([KINDLY_BUT_LATE], [])
    assert found.label == "mixed"
