"""Findings straight from a file: moments of truth, drivers."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from core.db import Database
from journeys.schemas import RowRejected
from web.cli.findings import drivers_text, moments_text
from web.cli.progress import watched
from web.cli.serving import with_database
from web.cli.tickets import need_schema

if TYPE_CHECKING:
    from analysis.service.experience_files import Reading
    from analysis.statistics.moments import Report

REFUSED = 2
SHOWN = 20

_existing = click.Path(exists=True, dir_okay=False, path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("file", type=_existing, required=False)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Look back from the end of this day (UTC).")
@_json
@click.pass_context
def moments(ctx: click.Context, file: Path | None, as_of: datetime | None, as_json: bool) -> None:
    """Moments of truth from the database, or from FILE, an experiences CSV, gzipped or not (docs/method.md names its
    columns).

    Where people form an impression that lasts, what it costs, how sure that is, and since when. Exit code 2: nothing
    in the file could be read.
    """
    if file is None:
        if as_of:
            raise click.UsageError("--as-of looks back in a FILE; the database was looked at day by day")
        need_schema()
        report = with_database(stored_report)
        click.echo(msgspec.json.encode(asdict(report)) if as_json else moments_text(report))
        return
    report, reading = _moments_of(file, as_of)
    list_rejects(reading.rejected, reading.rejected_total)
    click.echo(msgspec.json.encode(asdict(report)) if as_json else moments_text(report))
    ctx.exit(REFUSED if reading.rejected_total and reading.rejected_total == reading.rows else 0)


async def stored_report(db: Database) -> "Report":
    """What the looks at the database found, in the words of a report."""
    from analysis.service.moments import report

    async with db.read() as session:
        return await report(session)


def _moments_of(file: Path, as_of: datetime | None) -> "tuple[Report, Reading]":
    from analysis.service.experience_files import read_experiences  # numpy and scipy take half a second to load
    from analysis.statistics.moments import Report, find_moments

    with watched(file.stat().st_size) as step:
        experiences, words, reading = read_experiences(file, as_of and as_of.date(), step("Reading"))
    with watched(24) as step:
        report = find_moments(experiences, words, tell=step("Looking back"))
    read = {
        "as_of": as_of and as_of.date().isoformat(),
        "rows": reading.rows,
        "rows_rejected": reading.rejected_total,
        "rows_repeated": reading.repeated,
        "rows_later": reading.later,
        "attributes": reading.attributes,
    }
    return Report(report.findings, report.method | read), reading


def list_rejects(rejected: list[RowRejected], total: int) -> None:
    for row in rejected[:SHOWN]:
        wrong = "; ".join(f"{error.field} {error.message}".strip() for error in row.errors)
        click.echo(f"  row {row.row:,}: {wrong}", err=True)
    if total > SHOWN:
        click.echo(f"  and {total - SHOWN:,} rows more", err=True)


@click.command()
@click.argument("file", type=_existing)
@click.option("--outcome", required=True, metavar="COL", help="What is to be explained.")
@click.option("--positive", multiple=True, metavar="VALUE", help="Outcome that counts as good; may be repeated.")
@click.option("--touchpoints", required=True, metavar="A,B,...", help="Columns with ratings.")
@click.option("--not-applicable", multiple=True, metavar="VALUE", help="Rating that means: not applicable.")
@click.option("--segment", metavar="COL", help="Look inside each value of this column too.")
@_json
def drivers(
    file: Path, outcome: str, positive: tuple[str, ...], touchpoints: str, not_applicable: tuple[str, ...],
    segment: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Which touchpoints of FILE move an outcome: importance, sign and interval of each, or that none reliably does.

    FILE is any CSV with one row per answer. Without --positive the outcome is taken as a number.
    """
    from analysis.service.rating_files import Asked, read_ratings  # numpy and scipy take half a second to load
    from analysis.statistics.drivers import drivers as find_drivers

    names = tuple(dict.fromkeys(name.strip() for name in touchpoints.split(",") if name.strip()))
    if not names or outcome in names:
        raise click.UsageError("--touchpoints needs columns other than the outcome")
    with watched(file.stat().st_size) as step:
        read = read_ratings(file, Asked(outcome, positive, names, not_applicable, segment), step("Reading"))
    list_rejects(read.rejected, len(read.rejected))
    report = find_drivers(read.ratings, read.labels, read.notices)
    click.echo(msgspec.json.encode(asdict(report)) if as_json else drivers_text(report))


commands = [moments, drivers]
