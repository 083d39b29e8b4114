"""When a pack that was ordered is sent, and which months it is about."""

from datetime import UTC, date, datetime, time, timedelta

from analysis.models import Rhythm
from analysis.schemas.figures import Window, first_day, month_of

DAYS_BEFORE_REVIEW = 3
SENT_AT = time(6, tzinfo=UTC)
SETTLED_ON = 3  # the day of the month by which the last month's answers have come in and are published
MONTHS = {Rhythm.MONTHLY: 3, Rhythm.QUARTERLY: 12, Rhythm.REVIEW: 12}


def next_day(rhythm: Rhythm, after: date) -> date | None:
    """The next day on which it is sent; None where a review decides."""
    step = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}.get(rhythm)
    if step is None:
        return None
    month = month_of(after)
    first = month - month % step
    days = (first_day(one) + timedelta(days=SETTLED_ON - 1) for one in range(first, first + 2 * step + 1, step))
    return next(day for day in days if day > after)


def day_before_review(held_on: date, today: date) -> date:
    return max(held_on - timedelta(days=DAYS_BEFORE_REVIEW), today)


def moment_of(day: date) -> datetime:
    return datetime.combine(day, SENT_AT)


def window(rhythm: Rhythm, day: date) -> Window:
    """Whole months that are over."""
    last = month_of(day) - 1
    return Window(last - MONTHS[rhythm] + 1, last)
