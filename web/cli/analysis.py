"""Analysis: count the rollups again."""

from collections.abc import Callable
from datetime import date

import click

from analysis.queries.experiences import months
from analysis.service.chains import recount
from analysis.service.rollups import rebuild_month
from core.db import Database
from web.cli.progress import watched
from web.cli.serving import with_database


@click.command()
def rebuild() -> None:
    """Count the rollups that reports read again, month by month, and then the sums that moments are found from.

    Reports stay up meanwhile; nobody looks for moments until it is done. Needed after the smallest group was made
    larger, or when a backup was put together.
    """
    counted, people = with_database(_rebuild)
    click.echo(f"{counted:,} experiences and the visits of {people:,} people counted again.")


async def _rebuild(db: Database) -> tuple[int, int]:
    async with db.read() as session:
        found = await months(session)
    with watched(len(found)) as step:
        counted = await _each(db, found, step("Counting"))
    return counted, await recount(db)


async def _each(db: Database, found: list[date], tell: Callable[[int], None]) -> int:
    counted = 0
    for done, month in enumerate(found, start=1):
        counted += await rebuild_month(db, month)
        tell(done)
    return counted


commands = [rebuild]
