"""Tickets: import an event log, see how work flows."""

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec
from msgspec.structs import replace

from analysis.service.flow import shares_of
from core.db import Database
from core.errors import FieldError, Misconfigured
from core.settings import settings
from journeys.schemas import FlowReport, LogImported, LogReading, Mapping, Sure
from journeys.service import flow as stored
from journeys.service.log_events import mapping_from
from journeys.service.log_flow import flow_of_log
from journeys.service.log_import import dry_run, import_log
from web.cli.figures import flow_tables
from web.cli.progress import watched
from web.cli.serving import prepare, with_database

INCOMPLETE, REFUSED = 1, 2
SHOWN = 20

_existing = click.Path(exists=True, dir_okay=False, path_type=Path)
_mapping = click.option("--mapping", type=_existing, metavar="MAP.toml", help="What the columns mean (docs/import.md).")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("import")
def import_() -> None:
    """Bring in what other systems recorded."""


@import_.command("tickets")
@click.argument("file", type=_existing)
@_mapping
@click.option("--dry-run", is_flag=True, help="Read and check everything, store nothing.")
@_json
@click.pass_context
def import_tickets(ctx: click.Context, file: Path, mapping: Path | None, dry_run: bool, as_json: bool) -> None:
    """Import the ticket events of FILE: an event log as CSV or NDJSON, gzipped or not.

    Without a mapping FILE holds the neutral form. Importing a file twice changes nothing. Exit code 0: every row
    was read; 1: some rows were rejected, the others are in; 2: the file was refused, nothing is in.
    """
    meaning = mapping_from(mapping) if mapping else None
    done = _dry_run(file, meaning) if dry_run else _import(file, meaning)
    click.echo(msgspec.json.encode(done) if as_json else _told(done))
    if not as_json:
        _list_rejects(done)
    ctx.exit(_exit_code(done))


def _import(file: Path, mapping: Mapping | None) -> LogImported:
    async def work(db: Database) -> LogImported:
        with watched() as step:
            return await import_log(db, file, mapping, step("Reading"), step("Storing"))

    need_schema()
    return with_database(work)


def _dry_run(file: Path, mapping: Mapping | None) -> LogImported:
    with watched() as step:
        return dry_run(file, mapping, step("Reading"))


def need_schema() -> None:
    """The embedded database is made on first use; another one is its administrator's to migrate."""
    from web import schema  # Alembic is slow to load, and most commands have no use for it

    if settings().embedded:
        prepare()
    elif not with_database(schema.is_current):
        raise Misconfigured("The database is not at the newest schema. Run `touchstone migrate` first.")


def _told(done: LogImported) -> str:
    read = f"{done.rows:,} rows read, {done.events:,} events"
    passed_over = f", {done.ignored:,} rows passed over as the mapping says" if done.ignored else ""
    stored = "; nothing stored (dry run)" if done.dry_run else f": {done.accepted:,} new, {done.duplicate:,} known"
    return f"{read}{passed_over}{stored}. Rows rejected: {done.rejected_total:,}."


def _list_rejects(reading: LogReading) -> None:
    for rejected in reading.rejected[:SHOWN]:
        click.echo(f"  row {rejected.row:,}: {'; '.join(sentences(rejected.errors))}", err=True)
    more = reading.rejected_total - min(SHOWN, len(reading.rejected))
    if more:
        click.echo(f"  and {more:,} more (the first {len(reading.rejected):,} with --json)", err=True)
    if reading.misread_times:
        click.echo(f"  {reading.misread_times:,} of them for their time: look at [time] in the mapping", err=True)


def sentences(errors: Iterable[FieldError]) -> list[str]:
    return [f"{error.field} {error.message}" if error.field else error.message for error in errors]


def _exit_code(done: LogReading) -> int:
    if not done.rejected_total:
        return 0
    return INCOMPLETE if done.events else REFUSED


@click.command()
@click.argument("file", type=_existing, required=False)
@_mapping
@_json
@click.option("--intervals", is_flag=True, help="In JSON too: `sure`, each figure's 95 % interval and tickets.")
@click.pass_context
def flow(ctx: click.Context, file: Path | None, mapping: Path | None, as_json: bool, intervals: bool) -> None:
    """How work flows: from the database, or straight from the log FILE without any database.

    Tables tell 95 % intervals beside the figures, and how many tickets have them.
    """
    if mapping and not file:
        raise click.UsageError("--mapping needs a FILE")
    code = 0
    if file:
        report, reading = _flow_of(file, mapping_from(mapping) if mapping else None)
        _list_rejects(reading)
        code = REFUSED if reading.rejected_total and not reading.events else 0
    else:
        report = _stored_flow()
    sure = dict(report.sure or {}) | _moved(report)
    told = replace(report, sure=sure if intervals else msgspec.UNSET)
    click.echo(msgspec.json.encode(told) if as_json else flow_tables(report, sure))
    ctx.exit(code)


def _moved(report: FlowReport) -> dict[str, Sure]:
    moved = report.tickets - report.handoffs["0"]
    return shares_of(report.tickets, {"handed_on": moved, "sent_back": report.ping_pong, "reopened": report.reopened})


def _flow_of(file: Path, mapping: Mapping | None) -> tuple[FlowReport, LogReading]:
    with watched() as step:
        return flow_of_log(file, mapping, step("Reading"))


def _stored_flow() -> FlowReport:
    async def work(db: Database) -> FlowReport:
        async with db.read() as session:
            return await stored.flow(session, None)  # who may run commands here may read the database anyway

    need_schema()
    return with_database(work)


commands = [import_, flow]
