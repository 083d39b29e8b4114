"""Surveys as files: survey export, survey import."""

from pathlib import Path

import click

from core.db import Database
from surveys.rules.definitions import faults
from surveys.rules.files import WRITERS, from_file
from surveys.service import drafting
from web.cli.serving import with_database


@click.group()
def survey() -> None:
    """Surveys as files, to be kept, compared and moved."""


@survey.command("export")
@click.argument("key")
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="toml", show_default=True)
@click.option("--version", "number", type=click.IntRange(1), help="A version that was published, by its number.")
def export(key: str, form: str, number: int | None) -> None:
    """Print the survey KEY: its draft where there is one, else its newest version."""

    async def work(db: Database) -> str:
        async with db.read() as session:
            return WRITERS[form](await drafting.as_it_stood(session, key, number))

    click.echo(with_database(work), nl=False)


@survey.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Publish it at once; without this it becomes a draft.")
def import_(file: Path, publish: bool) -> None:
    """Read a survey from FILE (TOML, YAML or JSON) as a draft."""
    definition = from_file(file.read_text(encoding="utf-8-sig"))

    async def work(db: Database) -> int:
        async with db.write() as session:
            await drafting.take_in(session, definition)
            return await drafting.publish_draft(session, definition.key) if publish else 0

    version = with_database(work)
    click.echo(f"{definition.key} is published as version {version}." if version else f"{definition.key} is a draft.")
    for fault in [] if version else faults(definition):
        click.echo(f"  before it can be published: {fault.field} {fault.message}")


commands: list[click.Command] = [survey]
