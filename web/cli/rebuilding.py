"""Counting everything again, by command and after an upgrade that publishes in another way."""

from collections.abc import Callable
from datetime import date

from analysis.queries.experiences import months
from analysis.service.chains import recount
from analysis.service.publication import has_begun, publish
from analysis.service.rollups import rebuild_month
from analysis.service.settled import forget_settled
from core.clock import now
from core.db import Database
from web.cli.progress import watched


async def rebuild_all(db: Database) -> tuple[int, int]:
    """How many experiences were counted, and the visits of how many people."""
    async with db.read() as session:
        found, begun = await months(session), await has_begun(session)
    with watched(len(found)) as step:
        counted = await _each(db, found, not begun, step("Counting"))
    async with db.write() as session:
        await publish(session, now())
        await forget_settled(session)
    return counted, await recount(db)


async def publish_what_was_there(db: Database) -> None:
    """Answers from before publication went in batches would never be shown, for they wait in no batch."""
    async with db.read() as session:
        unpublished = await months(session) and not await has_begun(session)
    if unpublished:
        await rebuild_all(db)


async def _each(db: Database, found: list[date], unpublished: bool, tell: Callable[[int], None]) -> int:
    counted = 0
    for done, month in enumerate(found, start=1):
        counted += await rebuild_month(db, month, unpublished)
        tell(done)
    return counted
