"""Files whose columns name themselves: CSV by its header, NDJSON by its fields; packed or not."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from journeys.schemas import FileForm, RowRejected
from journeys.service.log_files import opened_log
from journeys.service.log_rows import CsvRows, Row, json_rows

CheckHeader = Callable[[Path, list[str]], None]
Delimiter = Literal[",", ";", "\t", "|"]
DELIMITERS: tuple[Delimiter, ...] = (",", ";", "\t", "|")


def named_cells(path: Path, check_header: CheckHeader) -> Iterator[Row]:
    """Of each row its number and its cells by name, or why it cannot be read. UTF-8, with or without a byte order mark;
    the delimiter is the one that the header has most of."""
    form = _form(path)
    with opened_log(path, form) as log:
        if form.format == "ndjson":
            yield from json_rows(log)
            return
        rows = CsvRows(log, form)
        check_header(path, [name.strip().casefold() for name in rows.header])
        for item in rows:
            yield item if isinstance(item, RowRejected) else (item[0], dict(zip(rows.header, item[1], strict=True)))


def _form(path: Path) -> FileForm:
    """NDJSON begins with a brace, a header of CSV never does."""
    with opened_log(path, FileForm()) as log:
        first = next(iter(log), "")
    if first.lstrip().startswith(("{", "[")):
        return FileForm(format="ndjson")
    return FileForm(delimiter=max(DELIMITERS, key=first.count))
