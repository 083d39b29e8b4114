"""Feedback at the terminal: nights, keys, other channels."""

import sys
from pathlib import Path

import click
import msgspec

from core.db import Database
from core.settings import settings
from feedback.schemas import Received
from feedback.service import importing, incoming, mailbox, releasing, resealing
from web.cli.serving import leave_nothing_behind, with_database
from web.cli.tickets import import_

LARGEST_MAIL = 10_000_000  # bytes


@click.group()
def feedback() -> None:
    """What people say unasked."""


@feedback.command()
def release() -> None:
    """Pass on the anonymous messages that wait, without the night. For drills: it mixes only what is there."""

    async def work(db: Database) -> int:
        async with db.write() as session:
            n = await releasing.release(session, everything=True)
        await leave_nothing_behind(db)
        return n

    click.echo(f"Passed on: {with_database(work)}")


@feedback.command()
def reseal() -> None:
    """Seal all messages anew under the secret key of today, after it was changed."""

    async def work(db: Database) -> int:
        async with db.write() as session:
            n = await resealing.reseal(session)
        await leave_nothing_behind(db)
        return n

    click.echo(f"Sealed anew: {with_database(work)}")


@feedback.command()
def mail() -> None:
    """Take in one mail from standard input, as a mail server's pipe hands it over.

    Automatic answers and bounces are passed over with exit code 0: a pipe that fails sends a bounce for the bounce.
    """
    content = sys.stdin.buffer.read(LARGEST_MAIL)

    async def work(db: Database) -> Received | None:
        async with db.write() as session:
            return await incoming.take_mail(session, content)

    taken = with_database(work)
    click.echo("nothing to take in" if taken is None else "taken in" if taken.new else "known already")


@feedback.command("mailbox")
def look_into_mailbox() -> None:
    """Look into the mailbox of TOUCHSTONE_IMAP_URL now; the server does so by itself every few minutes."""
    if not settings().imap_url:
        raise click.ClickException("TOUCHSTONE_IMAP_URL is not set: there is no mailbox to look into")
    found = with_database(mailbox.look)
    if found.away:
        raise click.ClickException("The mailbox cannot be looked into; the log says why")
    click.echo(
        f"new: {found.new}, known already: {found.known}, written by programs: {found.passed_over}, "
        f"refused and flagged: {found.refused}"
    )


@import_.command("feedback")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and check all of it, and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def import_feedback(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in what people said elsewhere: CSV or NDJSON, each row once by its source and external_id.

    Columns: source, external_id, text; optional kind, channel, language, service, touchpoint, customer, author_name,
    author_email, functional, emotional, satisfaction.
    """

    async def work(db: Database) -> importing.Imported:
        async with db.write() as session:
            counts = await importing.import_rows(session, importing.rows(file))
            if dry_run:
                await session.rollback()
            return counts

    counts = with_database(work)
    if as_json:
        click.echo(msgspec.json.encode(counts))
    else:
        told = "nothing was stored; it would be " if dry_run else ""
        click.echo(f"{told}new: {counts.new}, known already: {counts.known}")


commands = [feedback]
