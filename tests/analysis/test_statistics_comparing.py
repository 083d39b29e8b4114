"""Comparing two groups while answers come in: intervals that hold at every look, and what is said of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import Sums
from analysis.statistics.comparing import Verdict, always_valid_p, compare, compare_changes, half_width, needed


def sums_of(scores: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Sums:
    return Sums(len(scores), int(scores.sum()), int((scores**2).sum()))


def drawn(random: np.random.Generator, n: int, happy: float) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Answers in five steps; `happy` moves the mean by 25 points a unit."""
    return np.clip(np.rint(2.6 + happy + random.normal(0, 1.1, n)), 0, 4).astype(np.int64) * 25


def looks(random: np.random.Generator, happy: float, until: int = 1500) -> list[tuple[float | None, Verdict]]:
    one, other = drawn(random, until, happy), drawn(random, until, 0)
    steps = range(30, until + 1, 15)
    found = [compare(sums_of(one[:n]), sums_of(other[:n])) for n in steps]
    return [(each.value, each.verdict) for each in found]


def test_looking_a_hundred_times_at_nothing_misleads_in_at_most_five_percent() -> None:
    random = np.random.default_rng(11)
    misled = [any(verdict in (Verdict.BETTER, Verdict.WORSE) for _, verdict in looks(random, 0)) for _ in range(200)]
    assert sum(misled) <= 10


def test_a_difference_is_found_and_stays_found() -> None:
    random = np.random.default_rng(12)
    found = [looks(random, 0.4) for _ in range(40)]
    assert all(one[-1][1] is Verdict.BETTER for one in found)


def test_the_interval_covers_the_truth_at_all_looks_at_once() -> None:
    random, truth, missed = np.random.default_rng(13), 0.3, 0
    exact = drawn(np.random.default_rng(1), 400_000, truth).mean() - drawn(np.random.default_rng(2), 400_000, 0).mean()
    for _ in range(200):
        one, other = drawn(random, 1200, truth), drawn(random, 1200, 0)
        each = [compare(sums_of(one[:n]), sums_of(other[:n])) for n in range(30, 1201, 30)]
        missed += any(not (c.low or 0) <= exact <= (c.high or 0) for c in each)
    assert missed <= 10


def test_equal_groups_of_many_are_called_the_same() -> None:
    many = Sums(20_000, 1_200_000, 20_000 * 60 * 60 + 20_000 * 700)
    assert compare(many, many).verdict is Verdict.SAME


def test_a_few_answers_are_no_comparison() -> None:
    few = Sums(12, 600, 36_000)
    found = compare(few, Sums(400, 20_000, 1_200_000))
    assert (found.verdict, found.value, found.more) == (Verdict.TOO_FEW, None, 8)


def test_undecided_says_how_many_answers_more_would_decide() -> None:
    group = Sums(100, 6000, 100 * 60 * 60 + 100 * 784)
    found = compare(group, group)
    assert found.verdict is Verdict.UNDECIDED
    assert found.more == pytest.approx(needed(spread=792).at_any_time - 100, abs=5)


def test_a_small_past_can_never_decide() -> None:
    past, now = Sums(30, 1800, 30 * 60 * 60 + 30 * 784), Sums(100, 6000, 100 * 60 * 60 + 100 * 784)
    assert compare(now, past, other_grows=False).more is None


def test_a_change_that_everybody_saw_is_no_effect() -> None:
    random = np.random.default_rng(14)
    before, after = drawn(random, 3000, 0), drawn(random, 3000, 0.5)
    control = drawn(random, 3000, 0), drawn(random, 3000, 0.5)
    plain = compare(sums_of(after), sums_of(before), other_grows=False)
    against = compare_changes(sums_of(after), sums_of(before), sums_of(control[1]), sums_of(control[0]))
    assert plain.verdict is Verdict.BETTER
    assert against.verdict is not Verdict.BETTER


def test_looking_at_any_time_costs_answers_and_not_absurdly_many() -> None:
    advice = needed(worthwhile=10)
    assert advice.at_once < advice.at_any_time < 3 * advice.at_once
    assert needed(worthwhile=5).at_once == pytest.approx(4 * advice.at_once, rel=0.01)


@given(value=st.floats(-40, 40), error=st.floats(0.01, 200), worthwhile=st.floats(1, 30))
def test_p_value_and_interval_agree(value: float, error: float, worthwhile: float) -> None:
    half = half_width(error, worthwhile)
    if abs(abs(value) - half) > 1e-6 * half:
        assert (always_valid_p(value, error, worthwhile) <= 0.05) == (abs(value) > half)
