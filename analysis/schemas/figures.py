"""Periods, and numbers that have passed the gate."""

from dataclasses import dataclass
from datetime import date

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class Window:
    """Whole calendar months, both ends included. A month is counted from the year 0: year * 12 + month - 1."""

    first: int
    last: int

    def __contains__(self, month: int) -> bool:
        return self.first <= month <= self.last

    @property
    def start(self) -> date:
        return first_day(self.first)

    @property
    def end(self) -> date:
        """The last day."""
        return date.fromordinal(first_day(self.last + 1).toordinal() - 1)


EPOCH = 12 * 1970  # the month from which the statistics of moments count


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def settled_before(today: date) -> date:
    """Single answers are looked at month by month: two looks within a month differ by none."""
    return first_day(month_of(today))


class Figure(Struct, frozen=True):
    """A mean with its 95 % interval; all None when it must not be shown. `band`: where it lies, to be shown in its
    place where the mean would say what each of the group said."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    band: tuple[float, float] | None = None

    @property
    def suppressed(self) -> bool:
        return self.value is None
