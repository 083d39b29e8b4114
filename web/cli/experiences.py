"""Answers that were given elsewhere: import experiences."""

from pathlib import Path

import click
import msgspec

from core.db import Database
from surveys.schemas import ToldImported
from surveys.service.elsewhere_files import import_told
from surveys.service.publishing import install_survey
from web import builtin
from web.cli.progress import watched
from web.cli.serving import with_database
from web.cli.tickets import SHOWN, import_, need_schema, sentences

INCOMPLETE, REFUSED = 1, 2


@import_.command("experiences")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="file", show_default=True, help="Who says so, where the rows do not.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def import_experiences(ctx: click.Context, file: Path, source: str, dry_run: bool, as_json: bool) -> None:
    """Take in the answers of FILE that were given elsewhere: CSV or NDJSON, gzipped or not (docs/channels.md).

    The same row twice, told by source and id, counts once. Exit code 0: every row was read; 1: some were rejected, the
    others are in; 2: nothing is in.
    """
    done = _import(file, source, dry_run)
    click.echo(msgspec.json.encode(done) if as_json else _told(done))
    if not as_json:
        _list(done)
    ctx.exit(_exit_code(done))


def _import(file: Path, source: str, dry_run: bool) -> ToldImported:
    async def work(db: Database) -> ToldImported:
        async with db.write() as session:
            await install_survey(session, builtin.elsewhere())
        with watched() as step:
            return await import_told(db, file, source, dry_run, step("Storing"))

    need_schema()
    return with_database(work)


def _told(done: ToldImported) -> str:
    stored = "nothing stored (dry run)" if done.dry_run else f"{done.accepted:,} new, {done.duplicate:,} known"
    return f"{done.rows:,} rows read: {stored}. Rows rejected: {done.rejected_total:,}."


def _list(done: ToldImported) -> None:
    for rejected in done.rejected[:SHOWN]:
        click.echo(f"  row {rejected.row:,}: {'; '.join(sentences(rejected.errors))}", err=True)
    more = done.rejected_total - min(SHOWN, len(done.rejected))
    if more:
        click.echo(f"  and {more:,} more (the first {len(done.rejected):,} with --json)", err=True)


def _exit_code(done: ToldImported) -> int:
    if not done.rejected_total:
        return 0
    return INCOMPLETE if done.rows > done.rejected_total else REFUSED


commands: list[click.Command] = []  # it stands under `import`
