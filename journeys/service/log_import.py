"""Importing a log: read to its end to see whether it can be trusted, then stored in batches."""

from pathlib import Path

import msgspec

from core.db import Database
from core.errors import TouchstoneError
from core.log import cause
from journeys.schemas import LogImported, LogReading, Mapping
from journeys.service.log_events import Progress, first_reading
from journeys.service.log_spool import Spool, spool
from journeys.service.tickets import record_events


class Stopped(TouchstoneError):
    """An import that broke off: what it stored so far is whole and stays."""


async def import_log(
    db: Database,
    path: Path,
    mapping: Mapping | None,
    reading: Progress | None = None,
    storing: Progress | None = None,
) -> LogImported:
    """Store the events of a log. A log that cannot be read to its end is refused before anything is stored."""
    with spool() as kept:
        done = _started(first_reading(path, mapping, reading, kept.add))
        try:
            await _store(db, kept, done, storing)
        except Exception as error:
            raise Stopped(
                f"The import stopped after {done.accepted + done.duplicate:,} of {done.events:,} events "
                f"({cause(error)}). They are in; import the same file again to go on."
            ) from error
    return done


async def _store(db: Database, kept: Spool, done: LogImported, progress: Progress | None) -> None:
    for events in kept:
        async with db.write() as session:
            recorded = await record_events(session, events)
        done.accepted += recorded.accepted
        done.duplicate += recorded.duplicate
        if progress:
            progress((done.accepted + done.duplicate) / max(done.events, 1))


def dry_run(path: Path, mapping: Mapping | None, reading: Progress | None = None) -> LogImported:
    done = _started(first_reading(path, mapping, reading))
    done.dry_run = True
    return done


def _started(reading: LogReading) -> LogImported:
    return LogImported(**msgspec.structs.asdict(reading))
