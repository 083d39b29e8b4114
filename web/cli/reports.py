"""Reports at a terminal."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from core.db import Database
from web.cli.serving import with_database

if TYPE_CHECKING:
    from analysis.service.exports import Verified


@click.group()
def report() -> None:
    """Reports that were taken along."""


@report.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Make the report of FILE, a spreadsheet (XLSX), again from the same data and compare.

    Exit code 1: a figure was changed in the file, or the data give other figures. 2: this is no report.
    """
    content = file.read_bytes()

    async def look(db: Database) -> "Verified":
        from analysis.service import exports

        async with db.read() as session:
            return await exports.verify(session, content)

    found = with_database(look)
    click.echo(msgspec.json.encode({**asdict(found), "same": found.same}) if as_json else _told(found))
    ctx.exit(0 if found.untouched and found.same else 1)


def _told(found: "Verified") -> str:
    name, made, now = found.about.get("report", ""), found.about.get("publication", "?"), found.newest
    if not found.untouched:
        return f"{name}: a figure was changed in the file: its lines do not give the SHA-256 that it names."
    if found.same:
        return f"{name}: the same data give the same figures (SHA-256 {found.again})."
    if made != str(now):
        return f"{name}: untouched. It is of publication {made}; {now} are published now, and the figures moved on."
    return f"{name}: the file is whole, but the data of publication {made} give other figures."


commands = [report]
