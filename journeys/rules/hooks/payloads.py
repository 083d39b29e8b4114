"""From a webhook's payload to neutral ticket events, as a mapping says."""

from collections.abc import Iterator
from typing import Any

import msgspec

from core.errors import FieldError, Invalid
from journeys.rules.mapping.columns import at_path, json_cells
from journeys.rules.mapping.document import checked_mapping, converted, refused, toml
from journeys.rules.mapping.meanings import ANYTHING_ELSE
from journeys.rules.mapping.rows import Mapper
from journeys.schemas import HookEvents, HookMapping, HookReading, TicketEventIn

LONGEST_ID = 200
_ALWAYS = "always"


class HookReader:
    """Made from the text of a mapping; `Invalid` says what in it is wrong, by the name of the block."""

    def __init__(self, text: str) -> None:
        mapping = converted(toml(text), HookMapping)
        names = [block.name for block in mapping.events]
        if twice := {name for name in names if names.count(name) > 1}:
            raise refused([FieldError("events", f"uses a name twice: {', '.join(sorted(twice))}")])
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


class _Block:
    def __init__(self, mapping: HookMapping, block: HookEvents) -> None:
        self.name = block.name
        self._block = block
        try:
            self._mapper = Mapper(checked_mapping(_document(mapping, block)), json_cells())
        except Invalid as error:
            raise refused([FieldError(f"{block.name}: {e.field}", e.message) for e in error.errors]) from None

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
