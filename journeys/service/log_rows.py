"""The rows of an open log: CSV by its header, NDJSON line by line, each with its number."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.errors import FieldError, Invalid
from journeys.schemas import FileForm, RowRejected
from journeys.service.log_files import LogText, unreadable

MOST_COLUMNS = 1000
MOST_ROWS = 1_000_000
LONGEST_CELL = 1 << 17
Row = tuple[int, Any] | RowRejected


class CsvRows:
    """Cells in the order of `header`, which is row 1."""

    def __init__(self, log: LogText, form: FileForm) -> None:
        csv.field_size_limit(LONGEST_CELL)
        self._log = log
        # Strict: an open quote at the end is a file that was cut off, not a long last cell.
        self._csv = csv.reader(log, delimiter=form.delimiter, quotechar=form.quote, strict=True)
        self._number = 1
        self.header = self._header()

    def _header(self) -> Sequence[str]:
        try:
            header = next(self._csv, [])
        except csv.Error as error:
            raise unreadable(self._log.path, f"has no readable header: {error}") from None
        if not any(name.strip() for name in header):
            raise unreadable(self._log.path, "has no header: its first line is empty")
        if len(header) > MOST_COLUMNS:
            raise unreadable(self._log.path, f"has {len(header):,} columns in row 1; at most {MOST_COLUMNS:,} are read")
        return header

    def __iter__(self) -> Iterator[Row]:
        width = len(self.header)
        while (cells := self._next()) is not None:
            self._number += 1
            if isinstance(cells, FieldError):
                yield RowRejected(self._number, [cells])
            elif len(cells) == width:
                yield self._number, cells
            elif cells:
                yield self._of_other_width(len(cells), width)

    def _next(self) -> list[str] | FieldError | None:
        try:
            return next(self._csv, None)
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise self._cut_off(self._number + 1, "ends within quotes") from None
            if "field limit" in str(error):
                row = f"row {self._number + 1:,}"
                raise unreadable(self._log.path, f"has a cell over {LONGEST_CELL:,} characters in {row}") from None
            return FieldError("", f"is not proper CSV: {error}")

    def _of_other_width(self, cells: int, width: int) -> RowRejected:
        if cells < width and not self._log.last_line_ended:
            raise self._cut_off(self._number, f"has {cells} of {width} cells and no line end")
        return RowRejected(self._number, [FieldError("", f"has {cells} cells where the header has {width}")])

    def _cut_off(self, row: int, how: str) -> Invalid:
        return unreadable(self._log.path, f"is cut off: its last row, {row:,}, {how}")


def within_limit(rows: Iterable[Row], path: Path, most: int | None = None) -> Iterator[Row]:
    """The rows, and `Invalid` with its number at the first that is too many. `most` None: `MOST_ROWS`."""
    most = MOST_ROWS if most is None else most
    for count, row in enumerate(rows):
        if count >= most:
            number = row.row if isinstance(row, RowRejected) else row[0]
            raise unreadable(path, f"has more than {most:,} rows; row {number:,} is too many. Divide it")
        yield row


def json_rows(log: LogText) -> Iterator[Row]:
    """One JSON object a line; blank lines are passed over."""
    for line in log:
        if not line.strip():
            continue
        if log.line == 1 and line.lstrip().startswith("["):
            raise unreadable(log.path, "is a JSON list: write one object on each line (NDJSON)")
        value = _object(line)
        if not isinstance(value, FieldError):
            yield log.line, value
        elif log.last_line_ended:
            yield RowRejected(log.line, [value])
        else:
            raise unreadable(log.path, f"is cut off: its last line, {log.line:,}, {value.message}")


def _object(line: str) -> dict[str, Any] | FieldError:
    try:
        value = msgspec.json.decode(line)
    except RecursionError:
        return FieldError("", "is nested too deeply")
    except msgspec.DecodeError as error:
        return FieldError("", f"is not valid JSON: {error}")
    return value if isinstance(value, dict) else FieldError("", "must be a JSON object")
