"""One row of a log, turned into neutral events as its mapping says."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

import msgspec

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.rules.checking import checked_event
from journeys.rules.mapping.answers import yes_or_no
from journeys.rules.mapping.columns import JOINED_BY, Cells, Reader, reader
from journeys.rules.mapping.meanings import ANYTHING_ELSE, IGNORE, MEANINGS, UNKNOWN, Meaning
from journeys.rules.mapping.times import NotThatTime, refused_time, time_reader
from journeys.schemas import MappedRequester, Mapping, TicketEventIn

LONGEST_ID = 200
COMMON = ("ticket", "kind", "service", "customer", "group", "priority", "channel", "summary", "close_reason", "matter")


class Mapper:
    """`events(row)` gives the events of a row; `Invalid` says field by field why there are none."""

    def __init__(self, mapping: Mapping, cells: Cells) -> None:
        self._mapping = mapping
        self._read = partial(reader, cells=cells, missing=frozenset(["", *mapping.file.missing]))
        self._time = time_reader(mapping.time)
        event = mapping.event
        self._common = [(name, self._read(getattr(event, name))) for name in COMMON]
        self._requester = _requester_readers(event.requester, self._read)
        self._attributes = [(name, self._read(value)) for name, value in event.attributes.items()]
        self._sla_met = self._read(event.sla_met)
        self._at, self._what = self._read(event.at), self._read(event.what)
        self._otherwise = [self._read(column) for column in event.otherwise]
        self._opened_at, self._sequence = self._read(event.opened_at), self._read(event.sequence)
        self._event_id = self._read(event.event_id)
        self._times = [(self._read(t.column), t.column, t.means) for t in mapping.times]

    def events(self, row: Any) -> list[TicketEventIn]:
        return self._from_time_columns(row) if self._times else self._from_happening(row)

    def _from_happening(self, row: Any) -> list[TicketEventIn]:
        meaning = self._meaning(row)
        if meaning is None:
            return []
        at = self._instant(self._at, row, "at")
        if at is None:
            raise Invalid("No time", [FieldError("at", _("is missing: the row has no time"))])
        identity = self._event_id(row) or _digest(_canonical(row))
        return [self._event(row, self._shared(row), meaning, at, identity)]

    def _from_time_columns(self, row: Any) -> list[TicketEventIn]:
        shared = self._shared(row)
        identity = self._event_id(row) or shared["ticket"]
        events = []
        for read, column, means in self._times:
            at = self._instant(read, row, column)
            if at is not None and means != IGNORE:
                one = JOINED_BY.join((identity, means, at.isoformat()))
                events.append(self._event(row, shared, MEANINGS[means], at, one))
        return events

    def _event(self, row: Any, shared: dict[str, Any], meaning: Meaning, at: datetime, identity: str) -> TicketEventIn:
        opened = at if self._mapping.event.first_event_opens else self._instant(self._opened_at, row, "opened_at")
        return checked_event(
            {
                **shared,
                "event_id": identity if len(identity) <= LONGEST_ID else _digest(identity),
                "at": at,
                "type": meaning.type,
                "state": meaning.state,
                "waiting_for": meaning.waiting_for,
                "opened_at": opened,
                "sequence": self._counter(row),
            }
        )

    def _shared(self, row: Any) -> dict[str, Any]:
        """What all events of a row have in common."""
        shared: dict[str, Any] = {name: read(row) for name, read in self._common}
        if shared["ticket"] is None:
            raise Invalid("No ticket", [FieldError("ticket", _("is missing: the row names no ticket"))])
        requester = {name: text for name, read in self._requester if (text := read(row)) is not None}
        beside = {name: text for name, read in self._attributes if (text := read(row)) is not None}
        return shared | {
            "source": self._mapping.source,
            "requester": requester if "key" in requester else None,
            "attributes": beside or None,
            "sla_met": yes_or_no(self._sla_met(row)),
        }

    def _meaning(self, row: Any) -> Meaning | None:
        """None: the mapping says to pass over it. A missing value changes no state."""
        what = self._what(row)
        if what is None:
            return UNKNOWN
        meanings = self._mapping.meanings
        elsewhere = (read(row) for read in self._otherwise)
        means = next(
            (meanings[one] for one in chain([what], elsewhere) if one in meanings), meanings.get(ANYTHING_ELSE)
        )
        if means is None:
            told = _("“%(value)s” has no meaning in the mapping's [meanings]") % {"value": what[:60]}
            raise Invalid("No meaning", [FieldError("what", told)])
        return MEANINGS.get(means)

    def _instant(self, read: Reader, row: Any, field: str) -> datetime | None:
        text = read(row)
        try:
            return None if text is None else self._time(text)
        except NotThatTime as error:
            raise refused_time(field, error) from None

    def _counter(self, row: Any) -> int:
        text = self._sequence(row)
        if text is not None and not text.isdecimal():
            told = _("“%(value)s” is not a whole number") % {"value": text[:60]}
            raise Invalid("No counter", [FieldError("sequence", told)])
        return int(text) if text else 0


def _requester_readers(requester: MappedRequester | None, read: Callable[..., Reader]) -> list[tuple[str, Reader]]:
    names = MappedRequester.__struct_fields__ if requester else ()
    return [(name, read(getattr(requester, name))) for name in names]


def _canonical(row: Any) -> str:
    """The whole row: two rows that are alike in every cell are the same event."""
    return "\x1f".join(row) if isinstance(row, list) else msgspec.json.encode(row, order="deterministic").decode()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
