"""What is kept of a person on all floors, at the terminal."""

from typing import Any

import click
import msgspec

from core.db import Database
from web import persons
from web.cli.serving import leave_nothing_behind, with_database

TERMINAL = "the terminal"


@click.group()
def person() -> None:
    """Somebody who asks what is kept of them, or wants it gone."""


@person.command()
@click.argument("email")
def export(email: str) -> None:
    """Print everything that is kept of whoever has this mail address, as JSON."""

    async def work(db: Database) -> dict[str, Any]:
        async with db.write() as session:
            return await persons.export(session, email, TERMINAL)

    click.echo(msgspec.json.format(msgspec.json.encode(with_database(work))))


@person.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
def erase(email: str, yes: bool) -> None:
    """Erase everything that leads to whoever has this mail address, and every word of theirs."""
    if not yes:
        click.confirm("What is erased cannot be brought back. Go on?", abort=True)

    async def work(db: Database) -> persons.Held:
        async with db.write() as session:
            gone = await persons.erase(session, email, TERMINAL)
        await leave_nothing_behind(db)
        return gone

    gone = with_database(work)
    click.echo(
        f"Erased: {len(gone.feedback)} messages; made nameless: {gone.people} persons, {gone.tickets} tickets, "
        f"{gone.answers} answers, {gone.invitations} invitations"
    )


commands = [person]
