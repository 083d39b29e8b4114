"""Reading the times of a log, in the formats and the zone that its mapping names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.schemas import TimeForm

TimeReader = Callable[[str], datetime]
UNIX = {"unix": 1.0, "unix_ms": 1000.0}
# Logs repeat their times from row to row, and reading one by a format costs more than all else of a row.
REMEMBERED = 50_000


@dataclass(frozen=True)
class TimeMisfit(FieldError):
    """A time that is written otherwise than the mapping says."""


class NotThatTime(ValueError):
    """The reason why a text is not a time of the named formats."""


def time_reader(form: TimeForm) -> TimeReader:
    zone = ZoneInfo(form.zone) if form.zone else None
    return lru_cache(REMEMBERED)(partial(_read, tuple(form.formats), zone))


def _read(formats: tuple[str, ...], zone: ZoneInfo | None, text: str) -> datetime:
    for form in formats:
        instant = _by_format(form, text)
        if instant is None:
            continue
        if instant.tzinfo is None and zone is None:
            raise NotThatTime(
                _("“%(text)s” has no zone, and the mapping names none under [time] zone") % {"text": text[:60]}
            )
        return _in_utc(instant.replace(tzinfo=instant.tzinfo or zone), text)
    told = _("“%(text)s” does not fit %(formats)s") % {"text": text[:60], "formats": " | ".join(formats)}
    raise NotThatTime(told + _month_first(formats, text))


def _in_utc(instant: datetime, text: str) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise NotThatTime(
            _("“%(text)s” lies outside the years that can be counted with") % {"text": text[:60]}
        ) from None


def _by_format(form: str, text: str) -> datetime | None:
    try:
        if form in UNIX:
            return datetime.fromtimestamp(float(text) / UNIX[form], UTC)
        # The zone, where the text has none, is added by the caller from the mapping.
        return datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007
    except (ValueError, OverflowError, OSError):
        return None


def _month_first(formats: tuple[str, ...], text: str) -> str:
    """The likeliest slip gets a word of its own: day and month the other way round."""
    for form in formats:
        swapped = form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
        if swapped != form and _by_format(swapped, text):
            return _("; it would fit %(format)s, with day and month the other way round") % {"format": swapped}
    return ""


def check_times(form: TimeForm) -> list[FieldError]:
    errors = [
        FieldError("time.formats", _("“%(format)s” is not a strptime format, iso, unix or unix_ms") % {"format": one})
        for one in form.formats
        if one != "iso" and one not in UNIX and "%" not in one
    ]
    if form.zone and not _zone_exists(form.zone):
        told = _("“%(zone)s” is not a time zone; write one like Europe/Rome or UTC") % {"zone": form.zone}
        errors.append(FieldError("time.zone", told))
    return errors


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def refused_time(field: str, error: Exception) -> Invalid:
    return Invalid("A time cannot be read", [TimeMisfit(field, str(error))])
