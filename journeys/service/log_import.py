"""Importing a log: read once to see whether it can be trusted, then stored in batches."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from core.db import Database
from core.errors import TouchstoneError
from core.log import cause
from journeys.schemas import LogImported, LogReading, Mapping, RowRejected, TicketEventIn
from journeys.service.log_events import Item, Progress, first_reading, log_events
from journeys.service.tickets import record_events

BATCH = 2000


class Stopped(TouchstoneError):
    """An import that broke off: what it stored so far is whole and stays."""


async def import_log(
    db: Database,
    path: Path,
    mapping: Mapping | None,
    checking: Progress | None = None,
    storing: Progress | None = None,
) -> LogImported:
    """Store the events of a log. A log that cannot be read to its end is refused before anything is stored."""
    done = started(first_reading(path, mapping, checking))
    try:
        for events in batches(log_events(path, mapping, storing)):
            async with db.write() as session:
                recorded = await record_events(session, events)
            done.accepted += recorded.accepted
            done.duplicate += recorded.duplicate
    except Exception as error:
        raise Stopped(
            f"The import stopped after {done.accepted + done.duplicate:,} of {done.events:,} events "
            f"({cause(error)}). They are in; import the same file again to go on."
        ) from error
    return done


def dry_run(path: Path, mapping: Mapping | None, checking: Progress | None = None) -> LogImported:
    done = started(first_reading(path, mapping, checking))
    done.dry_run = True
    return done


def started(reading: LogReading) -> LogImported:
    return LogImported(**msgspec.structs.asdict(reading))


def batches(items: Iterable[Item]) -> Iterator[list[TicketEventIn]]:
    batch: list[TicketEventIn] = []
    for item in items:
        if isinstance(item, RowRejected):
            continue
        batch.extend(item[1])
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
