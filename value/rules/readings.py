"""Figures from elsewhere, a month a line, as people write them or spreadsheets save them."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from math import isfinite
from typing import Any

from core.errors import FieldError, Invalid
from core.i18n import gettext as _

LARGEST_FILE = 256 * 1024  # bytes
MOST = 600  # months
TOLD = 20  # wrong lines that are named
COLUMNS = ("month", "value", "low", "high", "n", "sd")
NUMBERS = ("value", "low", "high", "sd")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:月|[-/.]\d{1,2}(?:[T ].*)?)?")
Row = dict[str, Any]


def text_of(content: bytes) -> str:
    """A file as spreadsheets save it: UTF-8, UTF-16 or, in China, GB 18030."""
    if len(content) > LARGEST_FILE:
        message = _("At most %(n)s kB.") % {"n": LARGEST_FILE // 1024}
        raise Invalid(message, [FieldError("file", message)])
    codings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    message = _("This is not a text file. Save the table as CSV and choose that file.")
    raise Invalid(message, [FieldError("file", message)])


def readings(text: str) -> list[Row]:
    """`month,value[,low,high,n,sd]`, or any order under a heading with these names. Comma, semicolon or tab."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    apart = _apart(lines[0][1]) if lines else ","
    rows = [(number, _cells(line, apart)) for number, line in lines]
    columns: tuple[str, ...] = COLUMNS
    if rows and not rows[0][1][0][:1].isdigit():
        columns = _heading(rows[0][1])
        rows = rows[1:]
    return _all([(number, partial(_reading, cells, columns, apart)) for number, cells in rows])


def checked(rows: Sequence[Row]) -> list[Row]:
    """The same rules for what a program brings; a row is named by its place, from 1."""
    return _all([(number, partial(_sound, row)) for number, row in enumerate(rows, 1)])


def _all(read: Sequence[tuple[int, Callable[[], Row]]]) -> list[Row]:
    """Every one of them, or none, and each that is wrong is named."""
    errors: list[str] = []
    found: dict[date, tuple[int, Row]] = {}
    for number, reader in read:
        try:
            row = reader()
            _once(row["month"], found)
            found[row["month"]] = number, row
        except ValueError as wrong:
            errors.append(_("Line %(n)s: %(wrong)s") % {"n": number, "wrong": wrong})
    if len(read) > MOST:
        errors.insert(0, _("At most %(n)s months at a time; these are %(m)s.") % {"n": MOST, "m": len(read)})
    if errors or not found:
        raise _refused(errors)
    return [row for _number, row in found.values()]


def _once(month: date, found: Mapping[date, tuple[int, Row]]) -> None:
    if month in found:
        raise ValueError(_("the month of line %(n)s again") % {"n": found[month][0]})


def _refused(errors: Sequence[str]) -> Invalid:
    message = _("The figures could not be read. Nothing was saved.")
    told = list(errors[:TOLD]) or [_("There is no line with a month and a value.")]
    if len(errors) > TOLD:
        told.append(_("… and %(n)s lines more") % {"n": len(errors) - TOLD})
    return Invalid(message, [FieldError("readings", one) for one in told])


def _apart(line: str) -> str:
    return next((mark for mark in ("\t", ";") if mark in line), ",")


def _cells(line: str, apart: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=apart))]
    except (csv.Error, StopIteration):
        return [""]


def _heading(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; a heading in other words leaves them in their usual order."""
    names = tuple(cell.lower() for cell in cells)
    return names if {"month", "value"} <= set(names) else COLUMNS


def _reading(cells: Sequence[str], columns: Sequence[str], apart: str) -> Row:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        raise ValueError(_("%(n)s columns, and %(m)s are known") % {"n": len(cells), "m": len(columns)})
    told = {name: cell for name, cell in zip(columns, cells, strict=False) if cell and name in COLUMNS}
    numbers = {name: _number(name, told[name], apart) for name in NUMBERS if name in told}
    return _sound({"month": _month(told.get("month", "")), **numbers, "n": _whole(told["n"]) if "n" in told else None})


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    raise ValueError(_("“%(text)s” is no month such as 2026-01") % {"text": text[:20]})


def _number(name: str, text: str, apart: str) -> float:
    plain = text.removesuffix("%").strip()
    if apart != ",":
        plain = plain.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        told = {"name": name, "text": text[:20]}
        raise ValueError(_("%(name)s “%(text)s” is no number") % told) from None


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise ValueError(_("%(name)s “%(text)s” is no number") % {"name": "n", "text": text[:20]})
    return int(text)


def _sound(row: Mapping[str, Any]) -> Row:
    """Numbers that go together: finite, an interval whole and around its value, n and deviation not below zero."""
    found = {"month": row["month"], **{name: row.get(name) for name in COLUMNS[1:]}}
    if found["value"] is None:
        raise ValueError(_("the value is missing"))
    for name in NUMBERS:
        if found[name] is not None and not (isfinite(found[name]) and abs(found[name]) < 1e15):
            raise ValueError(_("%(name)s “%(text)s” is no number") % {"name": name, "text": f"{found[name]:g}"})
    low, high, sd = found["low"], found["high"], found["sd"]
    if (low is None) is not (high is None):
        raise ValueError(_("low and high go together"))
    if low is not None and not low <= found["value"] <= high:
        raise ValueError(_("the value must lie between low and high"))
    if (found["n"] is not None and found["n"] < 1) or (sd is not None and sd < 0):
        raise ValueError(_("n is at least 1, and sd at least 0"))
    if found["n"] is not None and found["n"] > 2**31 - 1:
        raise ValueError(_("n is at most %(n)s") % {"n": 2**31 - 1})
    return found
