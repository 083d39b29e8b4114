"""One row of an experiences file: cells in, a checked row out. The columns are those of docs/method.md."""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import isfinite, nan
from typing import NamedTuple

from core.errors import FieldError, Invalid

NEEDED = ("event_id", "ts", "touchpoint")
SCORES = ("functional", "emotional", "satisfaction")
SEGMENTS = ("customer", "persona", "service", "channel")
KINDS = {"": False, "touchpoint": False, "journey_end": True}
YES = {"": False, "0": False, "1": True, "0.0": False, "1.0": True, "false": False, "true": True}
KNOWN = (
    *NEEDED, *SCORES, *SEGMENTS, "person_id", "journey_id", "ticket_id", "kind", "stage", "overall", "recovery",
    "sla_met", "comment",
)  # fmt: skip
LOWEST, USUAL_HIGHEST = 1.0, 5.0
SECONDS = 86400.0


class Row(NamedTuple):
    event_id: str
    day: float  # since 1970-01-01 UTC
    is_end: bool
    touchpoint: str
    score: float  # 1 to 5, NaN where nobody answered
    repaired: bool
    person: str
    journey: str
    ticket: str
    segments: tuple[str, ...]
    comment: str


class Rows:
    """Reads the cells of a file by its header; a column that is not there is empty."""

    def __init__(self, header: Sequence[str]) -> None:
        names = [name.strip().casefold() for name in header]
        self._refuse(names)
        self._at = {name: place for place, name in reversed(list(enumerate(names)))}
        self._empty = len(names)
        self.attributes = [name for name in names if name and name not in KNOWN and not name.endswith("_max")]

    def _refuse(self, names: list[str]) -> None:
        missing = [FieldError(name, "column is missing") for name in NEEDED if name not in names]
        twice = [FieldError(name, "column is there twice") for name in KNOWN if names.count(name) > 1]
        if missing or twice:
            needed = ", ".join(NEEDED)
            raise Invalid(f"This is no file of experiences: it needs the columns {needed}, each once.", missing + twice)

    def read(self, cells: Sequence[str]) -> Row:
        """`Invalid` names every cell that is wrong."""
        errors: list[FieldError] = []
        row = [cell.strip() for cell in cells] + [""]

        def cell(name: str) -> str:
            return row[self._at.get(name, self._empty)]

        def checked(name: str, read: Callable[[str], float]) -> float:
            try:
                return read(cell(name))
            except ValueError as error:
                errors.append(FieldError(name, str(error)))
                return nan

        day = checked("ts", day_of)
        is_end = bool(checked("kind", kind_of))
        wanted = ("overall",) if is_end else SCORES
        scores = [checked(name, _scale(cell(f"{name}_max"))) for name in wanted if cell(name)]
        repaired = bool(checked("recovery", yes_or_no))
        errors += [FieldError(name, "is empty") for name in ("event_id", "touchpoint") if _lacks(name, cell, is_end)]
        if errors:
            raise Invalid("row", errors)
        return Row(
            cell("event_id"), day, is_end, cell("touchpoint"), sum(scores) / len(scores) if scores else nan, repaired,
            cell("person_id"), cell("journey_id"), cell("ticket_id"), tuple(map(cell, SEGMENTS)), cell("comment"),
        )  # fmt: skip


def _lacks(name: str, cell: Callable[[str], str], is_end: bool) -> bool:
    return not cell(name) and not (is_end and name == "touchpoint")


def day_of(text: str) -> float:
    if not text:
        raise ValueError("is empty")
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a time in ISO 8601, such as 2026-03-01T09:30:00Z") from None
    if time.tzinfo is None:
        raise ValueError("has no zone: write Z for UTC, or +01:00")
    return time.timestamp() / SECONDS


def kind_of(text: str) -> bool:
    if text.casefold() not in KINDS:
        raise ValueError("must be touchpoint or journey_end")
    return KINDS[text.casefold()]


def yes_or_no(text: str) -> bool:
    if text.casefold() not in YES:
        raise ValueError("must be 0 or 1")
    return YES[text.casefold()]


def _scale(highest: str) -> Callable[[str], float]:
    top = _number(highest) if highest else USUAL_HIGHEST

    def read(text: str) -> float:
        value = _number(text)
        if not top > LOWEST:
            raise ValueError(f"has a scale that ends at {top:g}")
        if not LOWEST <= value <= top:
            raise ValueError(f"must be from {LOWEST:g} to {top:g}; another scale is named by a column with _max")
        return LOWEST + (value - LOWEST) / (top - LOWEST) * (USUAL_HIGHEST - LOWEST)

    return read


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not isfinite(value):
        raise ValueError("is not a number")
    return value
