"""Looking after an installation: doctor, backup, restore, move, tasks."""

import asyncio
import json
from pathlib import Path

import click

from core import backlog
from core import tasks as queue
from core.clock import now
from core.db import Database
from core.settings import async_url, settings
from surveys.service.closing import close_open_links, open_links
from web.cli.serving import with_database

SIGNS = {"well": "ok  ", "warning": "WARN", "wrong": "BAD ", "unsafe": "BAD "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check the installation; say what is wrong and what to do. Exit code 1 when something is wrong."""
    from web.doctor import Level, examine

    found = with_database(examine)
    if as_json:
        click.echo(json.dumps([vars(one) for one in found], ensure_ascii=False, indent=2))
    for one in [] if as_json else found:
        remedy = f"\n      -> {one.remedy}" if one.remedy and one.level is not Level.WELL else ""
        click.echo(f"{SIGNS[one.level]}  {one.about}: {one.message}{remedy}")
    ctx.exit(1 if any(one.level in (Level.WRONG, Level.UNSAFE) for one in found) else 0)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy of everything in the database to FILE (a zip); the server may go on running."""
    from web import backup as copies

    manifest = with_database(lambda db: copies.backup(db, file))
    click.echo(f"{file}: {sum(manifest['rows'].values())} rows of {len(manifest['rows'])} tables")
    click.echo("The secret key is not in it. Keep it apart: without it links, sessions and sealed texts stay closed.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--close-links", is_flag=True, help="End every survey link that is open in the copy.")
def restore(file: Path, close_links: bool) -> None:
    """Bring back the copy in FILE, into an empty database: all of it or nothing."""
    from web import backup as copies

    async def bring_back(db: Database) -> tuple[copies.Manifest, int]:
        manifest = await copies.restore(db, file)
        async with db.write() as session:
            return manifest, await (close_open_links if close_links else open_links)(session)

    manifest, links = with_database(bring_back)
    click.echo(f"Restored the copy of {manifest['day']}: {sum(manifest['rows'].values())} rows, as its manifest says.")
    if links and close_links:
        click.echo(f"{links} open survey links were ended.")
    elif links:
        click.echo(f"{links} survey links are open in this copy. Whoever answered since it was made can answer again;")
        click.echo("restore with --close-links if that must not be.")


@click.command()
@click.option("--to", required=True, help="postgresql://user@host/db, new and empty. PGPASSWORD may hold the password.")
def move(to: str) -> None:
    """Move this SQLite installation into a new PostgreSQL database: all of it or nothing. Stop the server first."""
    from web import moving, schema

    url = async_url(to)

    async def over(source: Database) -> moving.Counts:
        target = Database(url)
        try:
            return await moving.move(source, target)
        finally:
            await target.close()

    if asyncio.run(_without_schema(url)):
        schema.migrate(url)
    counts = with_database(over)
    click.echo(f"Moved {sum(counts.values())} rows of {len(counts)} tables; counts and the audit log are right.")
    click.echo(
        "Now set TOUCHSTONE_DATABASE_URL to the new database and TOUCHSTONE_SECRET_KEY to the key in use (unless"
    )
    click.echo(f"you set one, it is in {settings().data_dir / 'secret.key'}), and start. SQLite stays as it was.")


async def _without_schema(url: str) -> bool:
    from web import schema

    target = Database(url)
    try:
        return await schema.revision(target) is None
    finally:
        await target.close()


@click.group()
def tasks() -> None:
    """What the jobs have before them, and what was given up."""


@tasks.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print what waits as JSON.")
def list_tasks(as_json: bool) -> None:
    """Print how many tasks of each kind wait, and those that were given up, with the cause."""

    async def look(db: Database) -> tuple[list[queue.JobWait], list[queue.DeadLetter]]:
        async with db.read() as session:
            return await queue.waits(session, now()), await queue.dead_letters(session, 200)

    jobs, letters = with_database(look)
    if as_json:
        click.echo(json.dumps({"jobs": [vars(job) for job in jobs], "dead": [vars(one) for one in letters]}))
        return
    for job in jobs:
        click.echo(f"{job.job}: {job.waiting} due, {job.later} planned, {job.dead} given up")
    for one in letters:
        click.echo(f"  {one.fact_id} {one.name} -> {one.job}: {one.attempts} tries, {one.cause}")
    if not jobs:
        click.echo("Nothing is waiting.")


@tasks.command()
@click.argument("job", required=False)
def again(job: str | None) -> None:
    """Give what was given up a fresh set of tries: all of it, or the tasks of one JOB."""

    async def revive(db: Database) -> int:
        async with db.write() as session:
            return await backlog.replay(session, job)

    click.echo(f"{with_database(revive)} tasks are tried again.")


commands = [doctor, backup, restore, move, tasks]
