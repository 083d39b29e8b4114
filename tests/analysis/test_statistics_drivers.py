"""Drivers: exact where it can be, in doubt where it should be."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.drivers import NO_DRIVER, TOO_SMALL, Ratings, drivers, second_scale
from analysis.statistics.drivers.correlations import Sums, proper
from analysis.statistics.drivers.importance import explained, explained_by_all_sets, johnson, shapley

NAMES = ("arrival", "waiting", "advice", "departure")


def ratings(n: int, weights: list[float], seed: int = 0, noise: float = 1.0) -> Ratings:
    """Scores 1 to 5 that share a mood; the outcome is their weighted sum and noise."""
    random = np.random.default_rng(seed)
    felt = random.normal(size=(n, len(weights))) + 0.7 * random.normal(size=(n, 1))
    scores = np.clip(np.round(3 + felt), 1, 5)
    outcome = scores @ np.array(weights) + noise * random.normal(size=n)
    return Ratings(NAMES[: len(weights)], scores, outcome)


def correlations(seed: int, size: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.corrcoef(random.normal(size=(size + 3, size)) + random.normal(size=(size + 3, 1)), rowvar=False)


def explained_by(matrix: np.ndarray, chosen: tuple[int, ...]) -> float:
    rows = list(chosen)
    return float(matrix[rows, -1] @ np.linalg.solve(matrix[np.ix_(rows, rows)], matrix[rows, -1])) if rows else 0.0


@given(st.integers(0, 500), st.integers(2, 6))
def test_importance_is_the_mean_gain_over_all_orders(seed: int, size: int) -> None:
    matrix, touchpoints = correlations(seed, size), size - 1
    expected = np.zeros(touchpoints)
    for k in range(touchpoints):
        others = [j for j in range(touchpoints) if j != k]
        for count in range(touchpoints):
            weight = factorial(count) * factorial(touchpoints - count - 1) / factorial(touchpoints)
            for chosen in combinations(others, count):
                expected[k] += weight * (explained_by(matrix, (*chosen, k)) - explained_by(matrix, chosen))
    assert np.allclose(shapley(explained_by_all_sets(matrix)), expected, atol=1e-8)


@given(st.integers(0, 500), st.integers(2, 9))
def test_parts_add_up_to_what_is_explained(seed: int, size: int) -> None:
    matrix = correlations(seed, size)
    for parts in (shapley(explained_by_all_sets(matrix)), johnson(matrix)):
        assert parts.sum() == pytest.approx(explained(matrix), abs=1e-6)
        assert (parts >= -1e-9).all()


def test_relative_weights_come_close_to_the_exact_parts() -> None:
    matrix = Sums.of(ratings(2000, [1.0, 0.5, 0.2, 0.0]), np.random.default_rng(0)).correlations()
    assert np.allclose(johnson(matrix), shapley(explained_by_all_sets(matrix)), atol=0.02)


@given(st.integers(0, 300))
def test_contradicting_pairs_are_made_to_agree(seed: int) -> None:
    random = np.random.default_rng(seed)
    matrix = np.clip(random.normal(size=(5, 5)), -1, 1)
    mended = proper(matrix)
    assert np.linalg.eigvalsh(mended).min() > 0
    assert np.allclose(np.diag(mended), 1)


def test_the_strongest_is_first_with_its_sign() -> None:
    found = drivers(ratings(1500, [1.0, -0.5, 0.2, 0.0]))
    assert [driver.touchpoint for driver in found.drivers][:1] == ["arrival"]
    assert found.drivers[0].rank_between == (1, 1)
    assert {driver.touchpoint: driver.coefficient < 0 for driver in found.drivers}["waiting"]
    assert found.verdict == "arrival is the strongest driver"


def test_an_important_driver_may_have_a_negative_sign() -> None:
    found = drivers(ratings(1500, [-1.2, 0.1, 0.1, 0.1]))
    assert (found.drivers[0].touchpoint, found.drivers[0].sign) == ("arrival", "negative")
    assert found.verdict.endswith("with a negative sign")


def test_equals_are_a_tie() -> None:
    found = drivers(ratings(2000, [0.6, 0.6, 0.1, 0.1]))
    assert found.verdict.startswith("a tie for the first place")
    assert {"arrival", "waiting"} == set(found.verdict.partition(": ")[2].split(", "))


def test_few_answers_are_not_ranked() -> None:
    assert drivers(ratings(15, [1.0, 1.0, 0.5, 0.5])).verdict.startswith(TOO_SMALL)
    found = drivers(ratings(45, [0.5, 0.4, 0.3, 0.3], noise=1.2))
    assert found.verdict.startswith((TOO_SMALL, NO_DRIVER))
    assert all(driver.rank is None for driver in found.drivers)


def test_chance_alone_drives_nothing() -> None:
    said = [drivers(ratings(200, [0.0] * 4, seed=seed)).verdict for seed in range(20)]
    assert sum(verdict == NO_DRIVER for verdict in said) >= 19


def test_not_applicable_is_missing_and_not_a_low_rating() -> None:
    whole = ratings(3000, [1.0, 0.5, 0.2, 0.0])
    holes = whole.scores.copy()
    holes[np.random.default_rng(1).random(holes.shape) < 0.3] = np.nan
    one, other = drivers(whole), drivers(Ratings(whole.names, holes, whole.outcome))
    by_name = {driver.touchpoint: driver.importance for driver in other.drivers}
    assert all(by_name[driver.touchpoint] == pytest.approx(driver.importance, abs=0.04) for driver in one.drivers)
    assert other.drivers[0].n == pytest.approx(2100, abs=100)


def test_penalty_and_reward_are_told_apart() -> None:
    random = np.random.default_rng(4)
    scores = random.integers(1, 6, (3000, 2)).astype(float)
    outcome = -1.0 * (scores[:, 0] <= 2) + 1.0 * (scores[:, 1] == 5) + 0.5 * random.normal(size=3000)
    found = {driver.touchpoint: driver for driver in drivers(Ratings(("must", "nice"), scores, outcome)).drivers}
    assert (found["must"].kind, found["nice"].kind) == ("basic", "exciting")
    assert found["must"].penalty == pytest.approx(-1.0, abs=0.1)
    assert found["nice"].reward == pytest.approx(1.0, abs=0.1)


def test_what_is_known_of_one_end_only_is_of_no_kind() -> None:
    """Nobody rated it low, so nobody knows what that would cost."""
    random = np.random.default_rng(4)
    scores = random.integers(1, 6, (800, 1)).astype(float)
    scores[scores <= 2] = 3
    scores[:3] = 1
    [driver] = drivers(Ratings(("nice",), scores, 1.0 * (scores[:, 0] == 5) + 0.5 * random.normal(size=800))).drivers
    assert (driver.penalty, driver.kind) == (None, "unclear")
    assert driver.reward == pytest.approx(1.0, abs=0.2)


def test_segments_that_turn_the_order_around_are_named() -> None:
    one, other = ratings(600, [1.0, 0.1], seed=1), ratings(600, [0.1, 1.0], seed=2)
    both = Ratings(one.names, np.vstack([one.scores, other.scores]), np.concatenate([one.outcome, other.outcome]))
    found = drivers(both, ["private"] * 600 + ["business"] * 600)
    assert [segment.value for segment in found.segments] == ["business", "private"]
    assert found.segments[1].reversals == ("arrival matters more than waiting here, and less in business",)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30), st.integers(0, 3), st.integers(0, 1000), st.floats(0, 1))
def test_tiny_and_empty_data_are_answered(n: int, touchpoints: int, seed: int, holes: float) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(1, 6, (n, touchpoints)).astype(float)
    scores[random.random(scores.shape) < holes] = np.nan
    found = drivers(Ratings(NAMES[:touchpoints], scores, random.integers(1, 6, n).astype(float)), [""] * n)
    assert found.verdict
    assert found.n == n


def test_answers_on_a_longer_scale_are_noticed_and_happy_ones_on_one_scale_are_not() -> None:
    random = np.random.default_rng(2)
    scores = random.integers(1, 6, (1000, 3)).astype(float)
    mood = np.round(scores.mean(axis=1))
    mixed = np.where(np.arange(1000) < 50, np.clip(2 * mood, 6, 10), mood)
    assert second_scale(mixed, scores)[:50].all()
    assert not second_scale(np.round(2 * scores.mean(axis=1)), scores).any()
    assert not second_scale(mood, scores).any()
