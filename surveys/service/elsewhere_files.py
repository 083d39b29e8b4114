"""Files of answers that were given elsewhere: read to the end first, then stored in batches."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.clock import now
from core.db import Database
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.queries import places
from journeys.schemas import FileForm, RowRejected
from journeys.service.log_files import opened_log, unreadable
from journeys.service.log_rows import CsvRows, json_rows
from surveys.rules.elsewhere import told
from surveys.schemas import Told, ToldImported
from surveys.service.elsewhere import take_in

BATCH = 500
MOST_ROWS = 1_000_000
LISTED = 100
NEEDED = ("ts", "touchpoint")
Progress = Callable[[float], None]


async def import_told(
    db: Database, path: Path, source: str, dry_run: bool = False, progress: Progress | None = None
) -> ToldImported:
    """What cannot be read to its end stores nothing. The same file again changes nothing."""
    async with db.read() as session:
        keys = {one.key for one in await places.touchpoints(session)}
    done = _checked(path, source, keys)
    done.dry_run = dry_run
    if dry_run:
        return done
    good, batch = max(done.rows - done.rejected_total, 1), list[Told]()
    for one in _good(path, source, keys):
        batch.append(one)
        if len(batch) == BATCH:
            await _store(db, done, batch)
            batch = []
            if progress:
                progress((done.accepted + done.duplicate) / good)
    await _store(db, done, batch)
    return done


def _checked(path: Path, source: str, touchpoints: set[str]) -> ToldImported:
    done = ToldImported()
    for one in _rows(path, source, touchpoints):
        done.rows += 1
        if isinstance(one, RowRejected):
            done.rejected_total += 1
            if len(done.rejected) < LISTED:
                done.rejected.append(one)
    return done


def _good(path: Path, source: str, touchpoints: set[str]) -> Iterator[Told]:
    return (one for one in _rows(path, source, touchpoints) if isinstance(one, Told))


async def _store(db: Database, done: ToldImported, batch: list[Told]) -> None:
    async with db.write() as session:
        new = await take_in(session, batch)
    done.accepted += new
    done.duplicate += len(batch) - new


def _rows(path: Path, source: str, touchpoints: set[str]) -> Iterator[Told | RowRejected]:
    moment = now()
    for count, (number, cells) in enumerate(_cells(path)):
        if count >= MOST_ROWS:
            raise unreadable(
                path,
                _("has more than %(n)s rows; row %(row)s is too many. Divide it.")
                % {"n": f"{MOST_ROWS:,}", "row": f"{number:,}"},
            )
        if isinstance(cells, RowRejected):
            yield cells
            continue
        try:
            yield told(cells, source, touchpoints, moment)
        except Invalid as wrong:
            yield RowRejected(number, wrong.errors)


def _cells(path: Path) -> Iterator[tuple[int, Any]]:
    form = FileForm(format=_format(path))
    with opened_log(path, form) as log:
        if form.format == "ndjson":
            for item in json_rows(log):
                yield (item.row, item) if isinstance(item, RowRejected) else item
            return
        rows = CsvRows(log, form)
        _check_header(path, [name.strip().casefold() for name in rows.header])
        for item in rows:
            if isinstance(item, RowRejected):
                yield item.row, item
            else:
                yield item[0], dict(zip(rows.header, item[1], strict=True))


def _format(path: Path) -> Any:
    """NDJSON begins with a brace, a header of CSV never does."""
    with opened_log(path, FileForm()) as log:
        first = next(iter(log), "")
    return "ndjson" if first.lstrip().startswith(("{", "[")) else "csv"


def _check_header(path: Path, names: list[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if not {"event_id", "external_id"} & set(names):
        missing.append("event_id")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    errors = [FieldError(name, _("column is missing")) for name in missing]
    errors += [FieldError(name, _("column is there twice")) for name in twice]
    if errors:
        raise Invalid(_("%(file)s is no file of experiences") % {"file": path.name}, errors)
