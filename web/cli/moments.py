"""Findings straight from a file: moments of truth, drivers."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from web.cli.findings import moments_text
from web.cli.progress import watched

if TYPE_CHECKING:
    from analysis.service.experience_files import Reading
    from analysis.statistics.moments import Report

REFUSED = 2
SHOWN = 20

_existing = click.Path(exists=True, dir_okay=False, path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("file", type=_existing)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Look back from the end of this day (UTC).")
@_json
@click.pass_context
def moments(ctx: click.Context, file: Path, as_of: datetime | None, as_json: bool) -> None:
    """Moments of truth from FILE, an experiences CSV, gzipped or not (docs/method.md names its columns).

    Where people form an impression that lasts, what it costs, how sure that is, and since when. Exit code 2: nothing
    in the file could be read.
    """
    report, reading = _moments_of(file, as_of)
    _list_rejects(reading)
    click.echo(msgspec.json.encode(asdict(report)) if as_json else moments_text(report))
    ctx.exit(REFUSED if reading.rejected_total and reading.rejected_total == reading.rows else 0)


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


def _list_rejects(reading: "Reading") -> None:
    for rejected in reading.rejected[:SHOWN]:
        wrong = "; ".join(f"{error.field} {error.message}".strip() for error in rejected.errors)
        click.echo(f"  row {rejected.row:,}: {wrong}", err=True)
    more = reading.rejected_total - min(SHOWN, len(reading.rejected))
    if more:
        click.echo(f"  and {more:,} rows more", err=True)


commands = [moments]
