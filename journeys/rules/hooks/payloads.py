"""From a webhook's payload to neutral ticket events, as a mapping says."""

from collections.abc import Iterator
from typing import Any

import msgspec

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.rules.hooks.paths import place_of
from journeys.rules.mapping.columns import at_path, json_cells
from journeys.rules.mapping.document import checked_mapping, columns_of, converted, named_values, refused, toml
from journeys.rules.mapping.meanings import ANYTHING_ELSE
from journeys.rules.mapping.rows import Mapper
from journeys.schemas import HookEvents, HookMapping, HookReading, Mapping, TicketEventIn

LONGEST_ID = 200
_ALWAYS = "always"
WHEN = "when"


class HookReader:
    """Made from the text of a mapping; `Invalid` says what in it is wrong, by the name of the block."""

    def __init__(self, text: str) -> None:
        mapping = converted(toml(text), HookMapping)
        names = [block.name for block in mapping.events]
        if twice := {name for name in names if names.count(name) > 1}:
            raise refused(
                [FieldError("events", _("uses a name twice: %(names)s") % {"names": ", ".join(sorted(twice))})]
            )
        self._blocks = [_Block(mapping, block) for block in mapping.events]

    def read(self, payload: Any) -> HookReading:
        reading = HookReading()
        for block in self._blocks:
            for row in block.rows(payload):
                try:
                    reading.events.extend(block.events(row))
                except Invalid as error:
                    reading.problems.extend(FieldError(f"{block.name}: {e.field}", e.message) for e in error.errors)
        return reading

    def used_in(self, payload: Any) -> dict[str, list[str]]:
        """By the place of a value in this payload, which fields are read from there or decided by it."""
        used: dict[str, list[str]] = {}
        for block in self._blocks:
            for place, field in block.used_in(payload):
                if field not in used.setdefault(place, []):
                    used[place].append(field)
        return used


class _Block:
    def __init__(self, mapping: HookMapping, block: HookEvents) -> None:
        self.name = block.name
        self._block = block
        try:
            checked = checked_mapping(_document(mapping, block))
            self._mapper, self._named = Mapper(checked, json_cells()), _named(checked)
        except Invalid as error:
            raise refused([FieldError(f"{block.name}: {e.field}", e.message) for e in error.errors]) from None

    def used_in(self, payload: Any) -> Iterator[tuple[str, str]]:
        conditions = [(path, WHEN) for path in (*self._block.when, *self._block.unless)]
        others = [one[1:] for some in self._block.unless.values() for one in some if one.startswith("@")]
        for path, field in [*conditions, *((path, WHEN) for path in others), *self._named_where_meant(payload)]:
            for whole in self._within_list(payload, path):
                if place := place_of(payload, whole):
                    yield place, field

    def _named_where_meant(self, payload: Any) -> list[tuple[str, str]]:
        return self._named if any(True for _row in self.rows(payload)) else []

    def _within_list(self, payload: Any, path: str) -> list[str]:
        """`item` stands for each item of the block's list."""
        if not self._block.each or path.partition(".")[0] != "item":
            return [path]
        items = at_path(payload, self._block.each)
        n = len(items) if isinstance(items, list) else 0
        return [f"{self._block.each}[{place}]{path.removeprefix('item')}" for place in range(n)]

    def rows(self, payload: Any) -> Iterator[Any]:
        items = at_path(payload, self._block.each) if self._block.each else [None]
        for item in items if isinstance(items, list) else []:
            row = payload | {"item": item} if self._block.each else payload
            if self._is_meant(row):
                yield row

    def _is_meant(self, row: Any) -> bool:
        return all(_holds(row, path, wanted) for path, wanted in self._block.when.items()) and not any(
            _holds(row, path, wanted) for path, wanted in self._block.unless.items()
        )

    def events(self, row: Any) -> Iterator[TicketEventIn]:
        """One id of the system's may stand for several happenings: the block's name tells them apart."""
        for event in self._mapper.events(row):
            longest = LONGEST_ID - len(self.name) - 1
            yield msgspec.structs.replace(event, event_id=f"{event.event_id[:longest]}/{self.name}")


def _named(mapping: Mapping) -> list[tuple[str, str]]:
    """Every path of a mapping with the field that it fills."""
    named = [(path, name) for name, value in named_values(mapping.event) for path in columns_of(value)]
    return [
        *named,
        *((path, "what") for path in mapping.event.otherwise),
        *((one.column, "at") for one in mapping.times),
    ]


def _document(mapping: HookMapping, block: HookEvents) -> dict[str, Any]:
    """The block as a mapping of its own: what all have in common, then what is said here."""
    event, meanings = {**mapping.event, **block.event}, block.meanings
    if block.means:
        event, meanings = event | {"what": {"value": _ALWAYS}}, {_ALWAYS: block.means}
    common = {"source": mapping.source, "time": msgspec.to_builtins(mapping.time), "file": {"format": "ndjson"}}
    return common | {"event": event, "meanings": meanings, "times": msgspec.to_builtins(block.times)}


def _holds(row: Any, path: str, wanted: list[str]) -> bool:
    found = at_path(row, path)
    values = [_plain(one) for one in found] if isinstance(found, list) else [_plain(found)]
    return any(_fits(value, _meant(row, one)) for value in values for one in wanted)


def _meant(row: Any, wanted: str) -> str:
    return _plain(at_path(row, wanted[1:])) if wanted.startswith("@") else wanted


def _fits(value: str, wanted: str) -> bool:
    return value != "" if wanted == ANYTHING_ELSE else value == wanted


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
