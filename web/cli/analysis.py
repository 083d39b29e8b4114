"""Analysis: count the rollups again."""

from collections.abc import Callable
from datetime import date

import click

from analysis.queries.experiences import months
from analysis.service.chains import recount
from analysis.service.publication import has_begun, publish
from analysis.service.rollups import rebuild_month
from core.clock import now
from core.db import Database
from web.cli.progress import watched
from web.cli.serving import with_database


@click.command()
def rebuild() -> None:
    """Count the rollups again, month by month, and then the sums that moments are found from.

    Reports stay up meanwhile, and what was published stays published; where nothing was yet, everything is. Nobody
    looks for moments until it is done.
    """
    counted, people = with_database(_rebuild)
    click.echo(f"{counted:,} experiences and the visits of {people:,} people counted again.")


async def _rebuild(db: Database) -> tuple[int, int]:
    async with db.read() as session:
        found, begun = await months(session), await has_begun(session)
    with watched(len(found)) as step:
        counted = await _each(db, found, not begun, step("Counting"))
    async with db.write() as session:
        await publish(session, now())
    return counted, await recount(db)


async def _each(db: Database, found: list[date], unpublished: bool, tell: Callable[[int], None]) -> int:
    counted = 0
    for done, month in enumerate(found, start=1):
        counted += await rebuild_month(db, month, unpublished)
        tell(done)
    return counted


commands = [rebuild]
