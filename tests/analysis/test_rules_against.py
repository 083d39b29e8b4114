"""What is laid beside what: never a part beside the whole that holds it."""

from dataclasses import replace

import pytest

from analysis.rules.against import choices, sides
from analysis.rules.periods import compared
from analysis.schemas.figures import Window
from analysis.schemas.reports import Filters, Offer

YEAR = Filters(Window(100, 111), "12")
OFFER = Offer({"mail": "Mail", "vpn": "VPN"}, {"acme": "Acme", "globex": "Globex"})


def test_segments_are_offered_only_beside_another_of_their_kind() -> None:
    assert choices(YEAR, OFFER) == ["before", "year"]
    assert choices(replace(YEAR, service="mail"), OFFER) == ["before", "year", "service:vpn"]
    assert choices(replace(YEAR, customer="acme", service="vpn"), OFFER)[2:] == ["service:mail", "customer:globex"]
    assert choices(replace(YEAR, period="all"), OFFER) == ["before"]


@pytest.mark.parametrize(
    ("heard_from", "this", "other"),
    [(80, Window(100, 111), Window(88, 99)), (100, Window(106, 111), Window(100, 105))],
)
def test_the_months_before_or_where_they_are_not_known_the_earlier_half(
    heard_from: int, this: Window, other: Window
) -> None:
    pair = sides(YEAR, "before", compared(YEAR.window, heard_from))
    assert pair is not None
    assert (pair[0].window, pair[1].window) == (this, other)


def test_a_single_month_has_nothing_beside_it() -> None:
    alone = Filters(Window(100, 100), "dates")
    assert sides(alone, "before", compared(alone.window, 100)) is None


@pytest.mark.parametrize("wanted", ["before", "year", "service:vpn", "customer:globex"])
def test_both_sides_have_no_answer_in_common(wanted: str) -> None:
    one, other = sides(
        replace(YEAR, service="mail", customer="acme"), wanted, (Window(106, 111), Window(100, 105))
    ) or (YEAR, YEAR)
    apart = one.window.first > other.window.last
    assert apart or one.service != other.service or one.customer != other.customer
