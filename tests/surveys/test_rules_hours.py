"""The evening belongs to the person, wherever they live and whatever their clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.hours import next_allowed, zone_of
from surveys.schemas import AskingPolicy, Hours

POLICY = AskingPolicy()
SHANGHAI, BERLIN, LIMA = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/Lima")


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "hours", "zone", "goes_out"),
    [
        (utc(3, 11), Hours.WAKING, SHANGHAI, utc(3, 11)),  # 19:00 there
        (utc(3, 12), Hours.WAKING, SHANGHAI, utc(4, 0)),  # 20:00 there: the next morning at 8
        (utc(3, 12), Hours.WAKING, BERLIN, utc(3, 12)),
        (utc(3, 12), Hours.WAKING, LIMA, utc(3, 13)),  # 7:00 there
        (utc(7, 17), Hours.WORKING, BERLIN, utc(10, 8)),  # Friday evening: Monday at 9
        (utc(28, 17), Hours.WORKING, BERLIN, utc(31, 7)),  # and an hour earlier once the clocks have changed
        (utc(3, 3), Hours.ANY, LIMA, utc(3, 3)),
    ],
)
def test_a_mail_goes_out_at_an_hour_that_suits_its_reader(
    at: datetime, hours: Hours, zone: ZoneInfo, goes_out: datetime
) -> None:
    assert next_allowed(at, hours, POLICY, zone) == goes_out


@given(
    minutes=st.integers(0, 3 * 365 * 24 * 60),
    hours=st.sampled_from([Hours.WAKING, Hours.WORKING]),
    zone=st.sampled_from([SHANGHAI, BERLIN, LIMA, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/New_York")]),
)
def test_it_never_goes_out_before_its_time_nor_out_of_hours(minutes: int, hours: Hours, zone: ZoneInfo) -> None:
    at = utc(1, 0) + timedelta(minutes=minutes)
    goes_out = next_allowed(at, hours, POLICY, zone)
    opens, closes = POLICY.waking if hours is Hours.WAKING else POLICY.working
    local = goes_out.astimezone(zone)
    assert at <= goes_out <= at + timedelta(days=4)
    assert opens <= local.hour < closes
    assert hours is Hours.WAKING or local.weekday() in POLICY.working_days
    assert next_allowed(goes_out, hours, POLICY, zone) == goes_out


def test_the_nearest_zone_that_is_known_counts() -> None:
    assert zone_of(None, "Europe/Berlin", "UTC").key == "Europe/Berlin"
    assert zone_of("Nowhere/Land", "../etc/passwd", "Asia/Shanghai").key == "Asia/Shanghai"
    assert zone_of(None, "", "posix").key == "UTC"
