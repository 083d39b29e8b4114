"""When it is time to look for themes again, and since when comments count."""

from datetime import date

# So many of the newest comments of the last twelve months are looked at.
MOST_COMMENTS = 4_000
_MONTHS = 12


def enough(looked_at: int, least: int) -> int:
    """So many new comments that nobody's single one can be told from the difference."""
    return max(least, looked_at // 10)


def window(today: date) -> date:
    """Since when: the first day of a month, twelve months ago."""
    month = today.year * 12 + today.month - 1 - _MONTHS
    return date(month // 12, month % 12 + 1, 1)
