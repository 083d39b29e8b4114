"""CSV and XLSX: one row a figure. Nothing in them is a formula."""

import csv
from dataclasses import astuple
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from analysis.rules.spreadsheets import inert
from analysis.service.exports.lines import COLUMNS, FIGURES, Line, Pack


def as_csv(pack: Pack) -> bytes:
    """UTF-8 with a mark that tells spreadsheets so. A figure that must not be shown is "<5"."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_plain(cell) for cell in _cells(line, pack)] for line in pack.lines)
    return out.getvalue().encode("utf-8-sig")


def _cells(line: Line, pack: Pack) -> list[Any]:
    hidden = line.shown == "no"
    row = zip(COLUMNS, astuple(line), strict=True)
    return [f"<{pack.smallest_group}" if hidden and name in FIGURES else value for name, value in row]


def _plain(value: Any) -> Any:
    return inert(value) if isinstance(value, str) else value


def as_xlsx(pack: Pack) -> bytes:
    out = BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, safe) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("figures")
        sheet.write_row(0, 0, COLUMNS, bold)
        for number, line in enumerate(pack.lines, start=1):
            for column, value in enumerate(_cells(line, pack)):
                _write(sheet, number, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(pack.lines), len(COLUMNS) - 1)
        sheet.set_column(0, len(COLUMNS) - 1, 13)
        about = book.add_worksheet("about")
        about.set_column(0, 1, 24)
        for number, (name, value) in enumerate(pack.about.items()):
            about.write_string(number, 0, name, bold)
            about.write_string(number, 1, inert(value))
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, inert(value))
