"""Files of answers that were given elsewhere: read to the end first, then stored in batches."""

from collections.abc import Callable, Iterator
from pathlib import Path

from core.clock import now
from core.db import Database
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.queries import places
from journeys.schemas import RowRejected
from journeys.service.log_cells import named_cells
from journeys.service.log_rows import within_limit
from surveys.rules.elsewhere import told
from surveys.schemas import Told, ToldImported
from surveys.service.elsewhere import take_in

BATCH = 500
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
    for row in within_limit(named_cells(path, _check_header), path):
        if isinstance(row, RowRejected):
            yield row
            continue
        try:
            yield told(row[1], source, touchpoints, moment)
        except Invalid as wrong:
            yield RowRejected(row[0], wrong.errors)


def _check_header(path: Path, names: list[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if not {"event_id", "external_id"} & set(names):
        missing.append("event_id")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    errors = [FieldError(name, _("column is missing")) for name in missing]
    errors += [FieldError(name, _("column is there twice")) for name in twice]
    if errors:
        raise Invalid(_("%(file)s is no file of experiences") % {"file": path.name}, errors)
