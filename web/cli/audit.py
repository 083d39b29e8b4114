"""The audit log at the terminal."""

import click
import msgspec

from core.audit import queries, service
from core.audit.models import AuditEntry
from core.audit.schemas import Verified
from core.db import Database
from web.cli.serving import with_database


@click.group()
def audit() -> None:
    """Who did what that others have a right to know of."""


@audit.command()
@click.option("--head", default="", help="A digest that was written down earlier: it has to be in the chain still.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_context
def verify(ctx: click.Context, head: str, as_json: bool) -> None:
    """Check that no entry was changed or taken out. Exit code 1 when one was."""

    async def look(db: Database) -> Verified:
        async with db.read() as session:
            return await service.verify(session, head)

    found = with_database(look)
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif found.whole:
        click.echo(f"The chain is whole: {found.entries} entries, head {found.head}")
    else:
        click.echo(f"The chain is broken at entry {found.broken_at}", err=True)
    ctx.exit(0 if found.whole else 1)


@audit.command("list")
@click.option("--what", default="", help="Of this kind alone, such as feedback.glass_read, or of a family: feedback.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_entries(what: str, limit: int, as_json: bool) -> None:
    """Print the newest entries, newest first."""

    async def look(db: Database) -> list[AuditEntry]:
        async with db.read() as session:
            return list(await queries.entries(session, None, limit, what))

    for entry in with_database(look):
        fields = {"number": entry.number, "at": entry.at.isoformat(), "who": entry.who, "what": entry.what}
        if as_json:
            click.echo(msgspec.json.encode({**fields, "about": entry.about}))
        else:
            click.echo("  ".join(map(str, [*fields.values(), entry.about])))


commands = [audit]
