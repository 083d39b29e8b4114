from datetime import date

import pytest

from analysis.rules.periods import BEGINNING, compared, window_of
from analysis.schemas.figures import Window, month_of
from core.errors import Invalid

TODAY = date(2026, 6, 15)
JUNE = month_of(TODAY)


@pytest.mark.parametrize(("period", "months"), [("3", 3), ("6", 6), ("12", 12)])
def test_a_named_period_ends_with_this_month(period: str, months: int) -> None:
    assert window_of(period, "", "", TODAY) == (period, Window(JUNE - months + 1, JUNE))


def test_given_dates_win_and_mean_their_whole_months() -> None:
    name, window = window_of("3", "2026-02-27", "2026-04-01", TODAY)
    assert name == "dates"
    assert (window.start, window.end) == (date(2026, 2, 1), date(2026, 4, 30))


def test_an_open_end_is_the_beginning_or_today() -> None:
    assert window_of("12", "", "2026-01-31", TODAY)[1] == Window(BEGINNING, JUNE - 5)
    assert window_of("12", "2026-01-31", "", TODAY)[1] == Window(JUNE - 5, JUNE)
    assert window_of("all", "", "", TODAY)[1] == Window(BEGINNING, JUNE)


def test_the_future_is_not_reported() -> None:
    assert window_of("12", "2026-05-01", "2031-01-01", TODAY)[1] == Window(JUNE - 1, JUNE)


@pytest.mark.parametrize(
    ("period", "since", "until"),
    [
        ("4", "", ""),
        ("", "", ""),
        ("12", "yesterday", ""),
        ("12", "2026-07-01", ""),
        ("12", "2026-02-01", "2026-01-01"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(period: str, since: str, until: str) -> None:
    with pytest.raises(Invalid) as refused:
        window_of(period, since, until, TODAY)
    assert refused.value.errors


def test_a_period_is_compared_with_the_one_before_where_that_is_known() -> None:
    assert compared(Window(100, 105), 90) == (Window(100, 105), Window(94, 99))
    assert compared(Window(100, 105), 94) == (Window(100, 105), Window(94, 99))


def test_else_its_later_half_is_compared_with_its_earlier_half() -> None:
    assert compared(Window(100, 111), 99) == (Window(106, 111), Window(100, 105))
    assert compared(Window(100, 111), 105) == (Window(109, 111), Window(105, 108))


def test_a_single_month_has_nothing_to_be_compared_with() -> None:
    assert compared(Window(100, 111), 111) is None
    assert compared(Window(100, 105), 106) is None
