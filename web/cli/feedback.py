"""Feedback at the terminal: nights, keys."""

import click

from core.db import Database
from feedback.service import releasing, resealing
from web.cli.serving import with_database


@click.group()
def feedback() -> None:
    """What people say unasked."""


@feedback.command()
def release() -> None:
    """Pass on the anonymous messages that wait, without the night. For drills: it mixes only what is there."""

    async def work(db: Database) -> int:
        async with db.write() as session:
            n = await releasing.release(session, everything=True)
        await releasing.forget(db)
        return n

    click.echo(f"Passed on: {with_database(work)}")


@feedback.command()
def reseal() -> None:
    """Seal all messages anew under the secret key of today, after it was changed."""

    async def work(db: Database) -> int:
        async with db.write() as session:
            n = await resealing.reseal(session)
        await releasing.forget(db)
        return n

    click.echo(f"Sealed anew: {with_database(work)}")


commands = [feedback]
