"""Ticket events out of a log file, row by row, and a first reading that finds what is wrong before it matters."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.errors import Invalid
from journeys.rules.checking import checked_event
from journeys.rules.mapping import Mapper, TimeMisfit, csv_cells, json_cells, load_mapping
from journeys.rules.neutral import event_of_cells
from journeys.schemas import FileForm, LogReading, Mapping, RowRejected, TicketEventIn
from journeys.service.log_files import LogText, opened_log, unreadable
from journeys.service.log_rows import CsvRows, Row, json_rows, within_limit

Progress = Callable[[float], None]
Item = tuple[int, list[TicketEventIn]] | RowRejected
ToEvents = Callable[[Any], list[TicketEventIn]]
Keep = Callable[[list[TicketEventIn]], None]

LISTED = 100
NEEDED = ("source", "event_id", "ticket", "type", "at", "kind")
ROWS_BETWEEN_REPORTS = 500
# So many misread times mean that the format is wrong, and then the times that do fit are wrong as well.
TOO_MANY_MISFITS, TOO_LARGE_A_SHARE = 10, 0.3


def mapping_from(path: Path) -> Mapping:
    try:
        return load_mapping(path.read_text("utf-8"))
    except OSError as error:
        raise Invalid(f"The mapping file {path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Invalid(f"The mapping file {path.name} is not UTF-8") from None


def log_events(path: Path, mapping: Mapping | None, progress: Progress | None = None) -> Iterator[Item]:
    """Of each row its number and its events, or why it was rejected. `progress` hears which part is read, 0..1."""
    form = mapping.file if mapping else _form_of_neutral(path)
    with opened_log(path, form) as log:
        rows, to_events = _reading(log, form, mapping)
        for at, row in enumerate(within_limit(rows, path)):
            if progress and at % ROWS_BETWEEN_REPORTS == 0:
                progress(log.position() / path.stat().st_size)
            yield row if isinstance(row, RowRejected) else _item(row, to_events)


def _item(row: tuple[int, Any], to_events: ToEvents) -> Item:
    try:
        return row[0], to_events(row[1])
    except Invalid as refused:
        return RowRejected(row[0], refused.errors)


def _reading(log: LogText, form: FileForm, mapping: Mapping | None) -> tuple[Iterator[Row], ToEvents]:
    if form.format == "ndjson":
        return json_rows(log), Mapper(mapping, json_cells()).events if mapping else lambda row: [checked_event(row)]
    rows = CsvRows(log, form)
    if mapping:
        return iter(rows), Mapper(mapping, csv_cells(rows.header, mapping)).events
    names = [name.strip() for name in rows.header]
    if lacking := [name for name in NEEDED if name not in names]:
        raise unreadable(log.path, f"needs a mapping: without one it must have the columns {', '.join(lacking)}")
    return iter(rows), lambda cells: [event_of_cells(dict(zip(names, cells, strict=True)))]


def _form_of_neutral(path: Path) -> FileForm:
    """Without a mapping: NDJSON when the first line is an object, else a CSV with the fields as columns."""
    with opened_log(path, FileForm()) as log:
        first = next((line for line in log if line.strip()), "")
    return FileForm(format="ndjson" if first.lstrip()[:1] in ("{", "[") else "csv")


def first_reading(
    path: Path, mapping: Mapping | None, progress: Progress | None = None, keep: Keep = lambda events: None
) -> LogReading:
    """Read the whole log; `keep` is given its events. `Invalid` when it does not end well or is not to be trusted."""
    reading = LogReading()
    for item in log_events(path, mapping, progress):
        note(reading, item)
        if not isinstance(item, RowRejected):
            keep(item[1])
    refuse_misread(reading)
    return reading


def note(reading: LogReading, item: Item) -> None:
    """Count a row; of the rejects the first are kept."""
    reading.rows += 1
    if not isinstance(item, RowRejected):
        reading.events += len(item[1])
        reading.ignored += not item[1]
        return
    reading.rejected_total += 1
    reading.misread_times += any(isinstance(error, TimeMisfit) for error in item.errors)
    if len(reading.rejected) < LISTED:
        reading.rejected.append(item)


def refuse_misread(reading: LogReading) -> None:
    """`Invalid` when so many times do not fit their format that those which fit cannot be trusted either."""
    misread = reading.misread_times
    if misread < TOO_MANY_MISFITS or misread < TOO_LARGE_A_SHARE * reading.rows:
        return
    misfits = [e for row in reading.rejected for e in row.errors if isinstance(e, TimeMisfit)]
    raise Invalid(
        f"{misread:,} of {reading.rows:,} rows have times that do not fit the mapping, such as: "
        f"{misfits[0].message if misfits else 'none listed'}. Times that happen to fit would be misread too, "
        "so nothing is taken: correct [time] in the mapping"
    )
