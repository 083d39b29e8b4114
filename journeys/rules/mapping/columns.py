"""Finding a value in a row: by column name in CSV, by path in JSON."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

from core.errors import FieldError, Invalid
from journeys.rules.mapping.document import columns_of, named_columns
from journeys.schemas import Mapping, Value, ValueSpec

Cell = Callable[[Any], str]
Cells = Callable[[str], Cell]
Reader = Callable[[Any], str | None]
JOINED_BY = "/"


def csv_cells(header: Sequence[str], mapping: Mapping) -> Cells:
    """Cells by column name. A name that stands twice means its first column; `Name#2` its second."""
    places = positions(header)
    if errors := list(_unknown(mapping, places)):
        raise Invalid(f"The mapping does not fit the file, whose columns are: {', '.join(places)}", errors)

    def cell(name: str) -> Cell:
        at = places[name]
        return lambda row: row[at].strip()

    return cell


def positions(header: Sequence[str]) -> dict[str, int]:
    seen: Counter[str] = Counter()
    places: dict[str, int] = {}
    for at, name in enumerate(name.strip() for name in header):
        seen[name] += 1
        places.setdefault(name if seen[name] == 1 else f"{name}#{seen[name]}", at)
    return places


def _unknown(mapping: Mapping, places: dict[str, int]) -> list[FieldError]:
    return [
        FieldError(field, f"names the column “{column}”, which is not in the file{_meant(column, places)}")
        for column, field in named_columns(mapping).items()
        if column not in places
    ]


def _meant(column: str, places: dict[str, int]) -> str:
    near = get_close_matches(column, list(places), n=1)
    return f" (is “{near[0]}” meant?)" if near else ""


def json_cells() -> Cells:
    """Cells by path: `fields.status.name`, `items[0].to`. A path that leads nowhere is a missing value."""

    def cell(path: str) -> Cell:
        steps = [int(step) if step.isdecimal() else step for step in re.split(r"\.|\[|\]\.?", path) if step]
        return lambda row: _text(_follow(row, steps), path)

    return cell


def _follow(value: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        try:
            value = value[str(step) if isinstance(value, dict) else step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _text(value: Any, path: str) -> str:
    if isinstance(value, dict | list):
        raise Invalid("Not a value", [FieldError(path, "is an object or a list; the path must lead to a value in it")])
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def reader(value: Value | None, cells: Cells, missing: frozenset[str]) -> Reader:
    """How to read this field from a row; None where the row does not know it."""
    if value is None:
        return lambda row: None
    spec = value if isinstance(value, ValueSpec) else ValueSpec(columns=columns_of(value))
    if spec.value is not None:
        return lambda row: spec.value
    wanted = [cells(name) for name in columns_of(spec)]
    unknown = missing | frozenset(spec.missing)
    plain = _one(wanted[0], unknown) if len(wanted) == 1 else _several(wanted, unknown)
    return _translated(plain, spec) if spec.values or spec.default else plain


def _one(cell: Cell, unknown: frozenset[str]) -> Reader:
    def read(row: Any) -> str | None:
        text = cell(row)
        return None if text in unknown else text

    return read


def _several(wanted: Sequence[Cell], unknown: frozenset[str]) -> Reader:
    def read(row: Any) -> str | None:
        texts = [text for text in (cell(row) for cell in wanted) if text not in unknown]
        return JOINED_BY.join(texts) or None

    return read


def _translated(plain: Reader, spec: ValueSpec) -> Reader:
    def read(row: Any) -> str | None:
        text = plain(row)
        return spec.default if text is None else spec.values.get(text, text)

    return read
