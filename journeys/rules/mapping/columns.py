"""Finding a value in a row: by column name in CSV, by path in JSON."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.rules.mapping.document import columns_of, named_columns
from journeys.rules.mapping.meanings import ANYTHING_ELSE
from journeys.schemas import Mapping, Value, ValueSpec

Cell = Callable[[Any], str]
Cells = Callable[[str], Cell]
Reader = Callable[[Any], str | None]
JOINED_BY = "/"
# A name, a place in a list, or what must hold of the item that is meant.
Step = str | int | list[tuple[str, str]]


def csv_cells(header: Sequence[str], mapping: Mapping) -> Cells:
    """Cells by column name. A name that stands twice means its first column; `Name#2` its second."""
    places = positions(header)
    if errors := list(_unknown(mapping, places)):
        told = _("The mapping does not fit the file, whose columns are: %(columns)s") % {"columns": ", ".join(places)}
        raise Invalid(told, errors)

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
        FieldError(field, _not_there(column) + _meant(column, places))
        for column, field in named_columns(mapping).items()
        if column not in places
    ]


def _not_there(column: str) -> str:
    return _("names the column “%(column)s”, which is not in the file") % {"column": column}


def _meant(column: str, places: dict[str, int]) -> str:
    near = get_close_matches(column, list(places), n=1)
    return _(" (is “%(column)s” meant?)") % {"column": near[0]} if near else ""


def json_cells() -> Cells:
    """Cells by path: `fields.status.name`, `items[0].to`, `team[role=assigned].name` (the first that is so).

    A path that leads nowhere is a missing value.
    """

    def cell(path: str) -> Cell:
        steps = steps_of(path)
        return lambda row: _text(_follow(row, steps), path)

    return cell


def at_path(row: Any, path: str) -> Any:
    """What stands at a path, whatever it is; None where it leads nowhere."""
    return _follow(row, steps_of(path))


def steps_of(path: str) -> list[Step]:
    """What one has to do in turn to get there."""
    return [_step(text) for text in re.split(r"\.|\[|\]\.?", path) if text]


def _step(text: str) -> Step:
    if "=" in text:
        return [(name.strip(), value.strip()) for name, _is, value in (part.partition("=") for part in text.split(","))]
    return int(text) if text.isdecimal() else text


def _follow(value: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        try:
            value = _first_that_is(value, step) if isinstance(step, list) else _within(value, step)
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _within(value: Any, step: str | int) -> Any:
    return value[str(step) if isinstance(value, dict) else step]


def _first_that_is(items: Any, conditions: list[tuple[str, str]]) -> Any:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and all(str(item.get(name)) == wanted for name, wanted in conditions):
            return item
    return None


def _text(value: Any, path: str) -> str:
    if isinstance(value, dict | list):
        raise Invalid(
            "Not a value", [FieldError(path, _("is an object or a list; the path must lead to a value in it"))]
        )
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
    if spec.first:
        plain = _first_known(wanted, unknown)
    else:
        plain = _one(wanted[0], unknown) if len(wanted) == 1 else _several(wanted, unknown)
    return _translated(plain, spec) if spec.values or spec.default or spec.suffix else plain


def _one(cell: Cell, unknown: frozenset[str]) -> Reader:
    def read(row: Any) -> str | None:
        text = cell(row)
        return None if text in unknown else text

    return read


def _first_known(wanted: Sequence[Cell], unknown: frozenset[str]) -> Reader:
    """Of several places the first that holds a value: systems send the same thing bare or wrapped in an object."""

    def read(row: Any) -> str | None:
        for cell in wanted:
            with suppress(Invalid):
                if (text := cell(row)) not in unknown:
                    return text
        return None

    return read


def _several(wanted: Sequence[Cell], unknown: frozenset[str]) -> Reader:
    def read(row: Any) -> str | None:
        texts = [text for text in (cell(row) for cell in wanted) if text not in unknown]
        return JOINED_BY.join(texts) or None

    return read


def _translated(plain: Reader, spec: ValueSpec) -> Reader:
    def read(row: Any) -> str | None:
        text = plain(row)
        if text is None:
            return spec.default
        return spec.values.get(text, spec.values.get(ANYTHING_ELSE, text)) + spec.suffix

    return read
