"""Endpoints of other programs at the terminal."""

import json
from collections.abc import Sequence

import click

from core.db import Database
from core.webhooks import service
from core.webhooks.models import WebhookEndpoint
from core.webhooks.rules import EVENTS
from web.cli.serving import with_database


@click.group()
def webhook() -> None:
    """Other programs that are told what happened."""


@webhook.command()
@click.argument("name")
@click.argument("url")
@click.option("--event", "events", multiple=True, type=click.Choice(EVENTS), help="Of these alone; otherwise of all.")
def add(name: str, url: str, events: tuple[str, ...]) -> None:
    """Tell the program at URL (https) of events; prints the secret that signs them, once."""

    async def keep(db: Database) -> str:
        async with db.write() as session:
            return await service.add_endpoint(session, name, url, events)

    click.echo(with_database(keep))


@webhook.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the endpoints as JSON.")
def list_endpoints(as_json: bool) -> None:
    """Print every endpoint with how it is doing."""

    async def look(db: Database) -> Sequence[WebhookEndpoint]:
        async with db.read() as session:
            return await service.endpoints(session)

    for one in with_database(look):
        told = {"name": one.name, "url": one.url, "events": one.events or "all", "last_status": one.last_status}
        line = {**told, "failures": one.failures}
        click.echo(json.dumps(line) if as_json else "  ".join(str(value) for value in line.values()))


@webhook.command()
@click.argument("name")
def remove(name: str) -> None:
    """Tell that program nothing any more, what is on its way included."""

    async def go(db: Database) -> None:
        async with db.write() as session:
            await service.remove_endpoint(session, name)

    with_database(go)


@webhook.command("again")
@click.argument("name")
def replay(name: str) -> None:
    """Try again what that program did not take in three days."""

    async def revive(db: Database) -> int:
        async with db.write() as session:
            return await service.replay(session, name)

    click.echo(f"{with_database(revive)} messages are tried again.")


commands = [webhook]
