"""Which months a report is about. Whole months only: the gate knows no other periods."""

from datetime import date

from analysis.schemas.figures import Window, month_of
from core.errors import FieldError, Invalid
from core.i18n import gettext as _

MONTHS = {"3": 3, "6": 6, "12": 12}
ALL, DATES, USUAL = "all", "dates", "12"
BEGINNING = month_of(date(1970, 1, 1))


def window_of(period: str, since: str, until: str, today: date) -> tuple[str, Window]:
    """The name of the period and its months; given dates win over a named period, and mean their whole months."""
    this_month = month_of(today)
    if since or until:
        first = month_of(_date("from", since)) if since else BEGINNING
        last = min(month_of(_date("to", until)), this_month) if until else this_month
        if first > last:
            raise _wrong("from", _("The period ends before it begins"))
        return DATES, Window(max(first, BEGINNING), last)
    if period == ALL:
        return ALL, Window(BEGINNING, this_month)
    if period not in MONTHS:
        raise _wrong("period", _("A period is 3, 6 or 12 months, or all"))
    return period, Window(this_month - MONTHS[period] + 1, this_month)


def _date(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong(field, _("A date looks like 2026-01-31")) from None


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(field, message)])


def compared(window: Window, known_from: int) -> tuple[Window, Window] | None:
    """What to compare with what, the later first: the period with as many months before it; where not all of those
    are known, the later half of the period with its earlier half."""
    length = window.last - window.first + 1
    if known_from <= window.first - length:
        return window, Window(window.first - length, window.first - 1)
    first = max(window.first, known_from)
    half = (window.last - first + 1) // 2
    return (Window(window.last - half + 1, window.last), Window(first, window.last - half)) if half else None
