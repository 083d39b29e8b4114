"""Rules without a database: windows, verdicts, and what a baseline is when it comes back."""

from dataclasses import replace
from math import cos, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.schemas.figures import Figure, Window
from analysis.statistics import Sums
from analysis.statistics.before_after import Place, effect, interval
from analysis.statistics.wandering import Series, Usual, learned
from value.rules.kept import baseline_of, kept_baseline
from value.rules.measuring import after_of, reached, verdict_of, windows_of
from value.rules.wording import verdict
from value.schemas.measuring import Frozen, Later, Method, Verdict, VerdictKind

SCORES = np.array([0, 25, 50, 75, 100])


def sums(mean: float, n: int, spread: float = 25.0) -> Sums:
    """`n` answers, half of them above and half below the mean."""
    low, high = round(mean - spread), round(mean + spread)
    return Sums(n, (n // 2) * (low + high), (n // 2) * (low**2 + high**2))


def frozen(touched: float, others: list[float], n: int = 200, past: float | None = None) -> Frozen:
    windows = windows_of(100, None)
    then = [sums(other, n) for other in others]
    before = sums(touched, n), sums(past, n) if past is not None else Sums()
    pasts = [sums(other, n) if past is not None else Sums() for other in others]
    return Frozen(windows, before, {str(k): (now, was) for k, (now, was) in enumerate(zip(then, pasts, strict=True))})


def later(touched: float, others: list[float], n: int = 200) -> Later:
    return Later(sums(touched, n), {str(k): sums(other, n) for k, other in enumerate(others)})


def judged(before: Frozen, after: Later, margin: float = 5.0) -> VerdictKind:
    return verdict_of(before, after, Method.TOUCHPOINTS, margin, judging=True).kind


OTHERS = [60.0, 62.0, 64.0, 66.0, 68.0, 70.0, 61.0, 63.0]


def test_what_rises_alone_has_been_helped() -> None:
    assert judged(frozen(50, OTHERS), later(65, OTHERS)) is VerdictKind.HELPED


def test_what_rises_with_all_others_has_not() -> None:
    found = verdict_of(
        frozen(50, OTHERS), later(60, [one + 10 for one in OTHERS]), Method.TOUCHPOINTS, 8.0, judging=True
    )
    assert found.kind is VerdictKind.NO_EFFECT
    assert found.by_itself == pytest.approx(10, abs=0.5)
    assert found.largest is not None
    assert found.largest <= 8


def test_what_falls_alone_got_worse() -> None:
    assert judged(frozen(60, OTHERS), later(45, OTHERS)) is VerdictKind.WORSE


def test_few_answers_are_too_early_and_say_how_many_more() -> None:
    few = Later(sums(58, 12), later(58, OTHERS).untouched)
    found = verdict_of(frozen(50, OTHERS), few, Method.TOUCHPOINTS, 8.0, judging=True)
    assert found.kind is VerdictKind.TOO_EARLY
    assert found.more is not None
    assert 10 < found.more < 1000


def test_places_that_jump_for_no_reason_make_it_unclear() -> None:
    jumping = [one + jump for one, jump in zip(OTHERS, (20, -20, 18, -18, 15, -15, 22, -22), strict=True)]
    assert judged(frozen(50, OTHERS), later(60, jumping)) is VerdictKind.UNCLEAR


def test_with_too_few_places_it_is_a_series_and_without_months_nothing() -> None:
    found = verdict_of(frozen(50, OTHERS[:3]), later(65, OTHERS[:3]), Method.TOUCHPOINTS, 5.0, judging=True)
    assert (found.kind, found.used) == (VerdictKind.NO_DATA, Method.SERIES)


@pytest.mark.parametrize(("jump", "helped"), [(0, False), (30, True)])
def test_a_series_that_rose_before_and_goes_on_rising_has_not_been_helped(jump: float, helped: bool) -> None:
    months = tuple((month, sums(30 + 1.5 * (month - 88), 60)) for month in range(88, 100))
    since = tuple((month, sums(30 + 1.5 * (month - 88) + jump, 60)) for month in range(101, 107))
    before = Frozen(windows_of(100, None), months=months)
    found = verdict_of(before, Later(months=since), Method.SERIES, 5.0, judging=True, planned=360)
    assert (found.kind is VerdictKind.HELPED) is helped


def months_around(level: float, swing: float, first: int = 82, last: int = 99, n: int = 12) -> Series:
    """Months that swing up and down by themselves, one after the other."""
    return tuple((month, sums(level + (swing if month % 2 else -swing), n)) for month in range(first, last + 1))


def test_a_series_is_as_sure_as_the_months_of_other_places_let_it_be() -> None:
    """Of the place alone six months are known; quiet and restless neighbours tell how far its months may wander."""
    widths = []
    for swing in (0.0, 12.0):
        usual = learned([months_around(level, swing) for level in OTHERS])
        before = Frozen(windows_of(100, None), months=months_around(40, 0.0, first=94), usual=usual)
        found = verdict_of(before, Later(months=months_around(40, 0.0, 101, 106)), Method.SERIES, 5.0, judging=True)
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths[0] < 0.8 * widths[1]
    assert learned([months_around(40, 5.0)] * 3) == Usual()  # too few to learn from


def test_a_season_that_other_places_show_is_no_effect() -> None:
    """All rise by 16 points in these months of each year; of the place only those of the trough are known."""

    def wave(level: float, first: int, last: int, jump: float = 0.0) -> Series:
        up = [(month, level + jump - 8 * cos(2 * pi * (month - 97) / 12)) for month in range(first, last + 1)]
        return tuple((month, sums(round(mean), 60)) for month, mean in up)

    usual = learned([wave(level, 76, 99) for level in OTHERS])
    before = Frozen(windows_of(100, None), months=wave(50, 94, 99), usual=usual)
    for jump, helped in ((0.0, False), (40.0, True)):
        since = Later(months=wave(50, 101, 106, jump))
        found = verdict_of(before, since, Method.SERIES, 5.0, judging=True, planned=360)
        assert found.value == pytest.approx(jump, abs=8)
        assert (found.kind is VerdictKind.HELPED) is helped


@pytest.mark.parametrize("method", [Method.SERIES, Method.TOUCHPOINTS])
def test_what_had_fallen_for_good_is_not_said_to_have_been_made_worse(method: Method) -> None:
    """It stood at 70, fell to 50 in the last months before the start, and stays there."""
    usual = learned([months_around(level, 1.0) for level in OTHERS])
    months = (*months_around(70, 1.0, 82, 97, 60), *months_around(50, 1.0, 98, 99, 60))
    before = replace(frozen(63, OTHERS, past=70), months=months, usual=usual)
    for level, worse in ((52.0, False), (5.0, True)):
        since = replace(later(level, OTHERS, 60), months=months_around(level, 0.0, 101, 101, 60))
        found = verdict_of(before, since, method, 5.0, judging=True)
        assert (found.kind is VerdictKind.WORSE) is worse


def test_a_return_to_normal_is_not_a_success() -> None:
    """It fell from 60 to 50 with few answers, while nobody else lastingly moves; back at 60 nothing has helped."""
    fallen, back = frozen(50, OTHERS, n=30, past=60), later(60, OTHERS, n=30)
    plain = verdict_of(frozen(50, OTHERS, n=30), back, Method.TOUCHPOINTS, 5.0, judging=True)
    found = verdict_of(fallen, back, Method.TOUCHPOINTS, 5.0, judging=True)
    assert found.chance is not None
    assert found.chance > 5
    assert found.value is not None
    assert plain.value is not None
    assert found.value < plain.value - 5
    assert found.kind is not VerdictKind.HELPED


def test_an_interval_over_the_whole_scale_is_told_in_words() -> None:
    found = Verdict(VerdictKind.UNCLEAR, 3.0, -100.0, 97.0, n=20, judging=True)
    assert "too little is known" in verdict(found, "satisfaction")
    assert "−60 and +97 points" in verdict(replace(found, low=-60.0), "satisfaction")
    assert "−100 and +97 minutes" in verdict(found, "lost_minutes")


def test_looking_early_needs_more_than_judging_once() -> None:
    found = effect(Place(sums(50, 200), sums(60, 200)), [Place(sums(one, 200), sums(one, 200)) for one in OTHERS])
    assert found
    once, always = interval(found, judging=True), interval(found, judging=False, planned=200)
    assert always.low < once.low < found.value < once.high < always.high


@given(st.integers(1, 400), st.integers(0, 400))
def test_sums_of_one_answer_and_none_are_no_error(n: int, m: int) -> None:
    place = Place(Sums(n, n * 50, n * 2500), Sums(m, m * 50, m * 2500))
    found = effect(place, [place] * 5)
    assert (found is None) == (min(n, m) < 2)


def test_windows_leave_out_what_picked_the_place_where_time_passed() -> None:
    assert windows_of(100, 99) == windows_of(100, None)
    assert windows_of(100, None).past == Window(82, 93)
    waited = windows_of(100, 96)
    assert (waited.before, waited.past, waited.apart) == (Window(97, 99), None, True)
    assert after_of(100, 100, 6) is None
    assert after_of(100, 103, 6) == Window(101, 103)
    assert after_of(100, 120, 6) == Window(101, 106)


def test_a_target_is_reached_only_by_the_whole_interval() -> None:
    assert reached(60, Figure(70, 65, 75, 50), better_up=True) == "yes"
    assert reached(60, Figure(70, 55, 75, 50), better_up=True) == "open"
    assert reached(60, Figure(50, 45, 55, 50), better_up=True) == "no"
    assert reached(60, Figure(50, 45, 55, 50), better_up=False) == "yes"
    assert reached(60, Figure(70, 65, 75, 50), better_up=False) == "no"
    assert reached(60, Figure(), better_up=True) == ""


def test_a_baseline_comes_back_as_it_was() -> None:
    usual = learned([months_around(level, 4.0) for level in OTHERS])
    assert usual != Usual()
    before = replace(frozen(50, OTHERS, past=55), usual=usual)
    assert baseline_of(kept_baseline(before)) == before
    old = {name: value for name, value in kept_baseline(before).items() if name != "usual"}
    assert baseline_of(old) == replace(before, usual=Usual())
