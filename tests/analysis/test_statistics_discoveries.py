"""Many tests at once, and changes looked for every week."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.moments.changes import expected_bad, risen, sudden_changes, worsening
from analysis.statistics.moments.discoveries import cauchy, discovered, selected_level
from analysis.statistics.moments.weighing import weights

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(np.array)


@given(p_values, st.floats(0.01, 0.2))
def test_more_is_found_with_more_error_allowed_and_the_smallest_p_first(p: np.ndarray, alpha: float) -> None:
    one = np.ones(len(p))
    found = discovered(p, one, alpha)
    assert (found <= discovered(p, one, 2 * alpha)).all()
    if found.any() and not found.all():
        assert p[found].max() <= p[~found].min()


def test_the_textbook_example() -> None:
    """Benjamini and Hochberg 1995, section 3: four of fifteen."""
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.3240,
            0.4262,
            0.5719,
            0.6528,
            0.7590,
            1,
        ]
    )
    assert discovered(p, np.ones(15), 0.05).sum() == 4


def test_a_hypothesis_without_weight_is_never_found() -> None:
    assert discovered(np.array([0.0, 0.0]), np.array([0.0, 2.0]), 0.05).tolist() == [False, True]


def test_one_p_value_alone_is_itself_and_untested_ones_do_not_count() -> None:
    p = np.array([[0.03, np.nan], [np.nan, np.nan]])
    assert cauchy(p, np.array([1.0, 3.0])).tolist() == pytest.approx([0.03, 1.0])


def test_equal_p_values_combine_to_themselves() -> None:
    assert float(cauchy(np.full((3, 1), 1e-4), np.array([1.0, 1.0, 3.0]))[0]) == pytest.approx(1e-4, rel=1e-6)


def test_intervals_of_few_selected_among_many_are_wider() -> None:
    assert selected_level(0.05, 1, 100, 1.0) == pytest.approx(0.0005)
    assert selected_level(0.05, 100, 100, 1.0) == 0.05


def weeks(share: list[float], answers: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    answered = np.full(len(share), answers)
    return np.random.default_rng(seed).binomial(answered, share), answered


def test_a_change_is_dated_to_its_week() -> None:
    bad, answered = weeks([0.05] * 60 + [0.3] * 40)
    change = worsening(bad, 0.1 * answered)
    assert change is not None
    assert abs(change.week - 60) <= 1
    assert change.earliest <= 60 <= change.latest + 1


@pytest.mark.parametrize("share", [[0.1] * 100, [0.3] * 50 + [0.05] * 50, [0.2] * 4])
def test_what_stays_or_gets_better_has_no_beginning(share: list[float]) -> None:
    bad, answered = weeks(share)
    assert worsening(bad, 0.1 * answered) is None


def test_a_bad_season_everywhere_is_no_change_of_one_place() -> None:
    season = [0.1 + 0.08 * np.sin(week / 8) for week in range(104)]
    series = [weeks(season, seed=seed) for seed in range(12)]
    bad, answered = (np.stack([one[i] for one in series]) for i in (0, 1))
    assert sudden_changes(bad, answered, 0.05) == []
    expected = expected_bad(bad, answered)
    assert sum(worsening(bad[k], expected[k]) is not None for k in range(12)) <= 1


def test_what_became_worse_everywhere_is_told_of_no_place_however_rare_bad_visits_were_there() -> None:
    """One step of the log odds for all: a share of 3 % grows threefold, one of 60 % by a third."""
    usual = np.log(np.array([0.03] * 6 + [0.2] * 6 + [0.6] * 6) / (1 - np.array([0.03] * 6 + [0.2] * 6 + [0.6] * 6)))
    series = [
        weeks([1 / (1 + np.exp(-odds - 1.2 * (week >= 60))) for week in range(104)], answers=120, seed=seed)
        for seed, odds in enumerate(usual)
    ]
    bad, answered = (np.stack([one[i] for one in series]) for i in (0, 1))
    assert sudden_changes(bad, answered, 0.05) == []
    assert risen(bad[:, :70], answered[:, :70]) == {}


def test_a_sudden_change_is_noticed_soon() -> None:
    series = [weeks([0.1] * 104, seed=seed) for seed in range(11)] + [weeks([0.1] * 60 + [0.35] * 44, seed=11)]
    bad, answered = (np.stack([one[i] for one in series]) for i in (0, 1))
    (found,) = sudden_changes(bad, answered, 0.05)
    assert found.touchpoint == 11
    assert 60 <= found.noticed <= 66


def test_what_is_worth_a_test_is_told_with_its_beginning_and_forgotten_when_it_is_over() -> None:
    series = [weeks([0.1] * 104, seed=seed) for seed in range(11)] + [weeks([0.1] * 60 + [0.35] * 44, seed=11)]
    bad, answered = (np.stack([one[i] for one in series]) for i in (0, 1))
    assert abs(risen(bad[:, :70], answered[:, :70])[11] - 60) <= 2
    assert len(risen(bad[:, :70], answered[:, :70])) <= 2
    bad[11, 75:] = 0
    assert 11 not in risen(bad, answered)


@given(st.lists(st.floats(0, 8), min_size=2, max_size=60).map(np.array), st.floats(0.001, 0.1))
def test_weights_of_tests_share_out_alpha_and_leave_none_without(strength: np.ndarray, alpha: float) -> None:
    found = weights(strength, alpha)
    assert float(found.mean()) == pytest.approx(1, rel=0.02)
    assert found.min() >= 0.2


def test_alpha_goes_where_a_loss_would_be_seen_and_needs_it() -> None:
    hopeless, possible, certain = weights(np.array([0.1] * 50 + [3.0] * 10 + [9.0] * 10), 0.05)[[0, 55, 65]]
    assert possible > 3 * max(hopeless, certain)
