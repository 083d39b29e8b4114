"""Mail that came back, taken in from a mail server's pipe."""

import asyncio
import sys

import click
import msgspec

from core.db import Database
from core.settings import settings
from surveys.rules.bounces import LARGEST, returned_mail
from surveys.service.mail_trouble import record_return


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def bounce(as_json: bool) -> None:
    """Read one returned mail from standard input, as a mail server's pipe hands it over.

    Delivery reports (RFC 3464) stop mails to a mailbox that is gone; complaints (RFC 5965) stop all mails to who
    complained. Anything else is passed over, with exit code 0: a pipe that fails would send a bounce for the bounce.
    """
    found = asyncio.run(_take_in(sys.stdin.buffer.read(LARGEST)))
    if as_json:
        click.echo(msgspec.json.encode({"recorded": found}))
    else:
        click.echo(f"recorded: {found}" if found else "nothing to record")


async def _take_in(content: bytes) -> str:
    """The kind of what was recorded; "" when the mail tells nothing about a mail of ours."""
    returned = returned_mail(content)
    if not returned:
        return ""
    db = Database(settings().database_url)
    try:
        async with db.write() as session:
            return returned.kind.value if await record_return(session, returned) else ""
    finally:
        await db.close()


commands = [bounce]
