"""When a mail may go out: in the hours of the person who gets it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from surveys.schemas import AskingPolicy, Hours

DAYS_AHEAD = 8


def next_allowed(at: datetime, hours: Hours, policy: AskingPolicy, zone: ZoneInfo) -> datetime:
    """`at` itself, or the next moment that lies within the hours, by the clock on the person's own wall."""
    if hours is Hours.ANY:
        return at
    for start, end in _spans(at.astimezone(zone).date(), hours, policy, zone):
        if at < end:
            return max(at, start)
    return at


def _spans(first: date, hours: Hours, policy: AskingPolicy, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    waking = hours is Hours.WAKING
    opens, closes = policy.waking if waking else policy.working
    for day in (first + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)):
        if waking or day.weekday() in policy.working_days:
            yield _instant(day, opens, zone), _instant(day, closes, zone)


def _instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """In UTC: two times of one zone are compared by their wall clocks, which is wrong on the day the clocks change."""
    later, hour = divmod(hour, 24)
    return datetime.combine(day + timedelta(days=later), time(hour), zone).astimezone(UTC)


def zone_of(*names: str | None) -> ZoneInfo:
    """The first of these zones that there is; UTC when none is."""
    for name in filter(None, names):
        if found := known_zone(name):
            return found
    return ZoneInfo("UTC")


def known_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, or a path, is no zone
        return None
