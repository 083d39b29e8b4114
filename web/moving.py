"""From SQLite into PostgreSQL: all rows of all tables in one transaction, looked over before it is committed."""

import web.models  # noqa: F401 - every table has to be known
from core import copying
from core.audit import service as audit
from core.db import Database, Session
from core.errors import Conflict, Invalid
from web import schema

Counts = dict[str, int]


async def move(source: Database, target: Database) -> Counts:
    """Rows by table. All of it or nothing; `source` stays as it is, and nobody writes to it meanwhile.

    `Conflict` for a target that somebody uses, `Invalid` where the copy is not what the source holds.
    """
    await _fits(source, target)
    async with source.write() as old, target.write() as new:
        if await copying.holds_voices(new):
            raise Conflict("The database to move into is not empty")
        await copying.empty_built_in(new)
        counts = {name: await _table(old, new, name) for name in copying.tables()}
        await copying.go_on_counting(new)
        await _same(new, counts)
    return counts


async def _fits(source: Database, target: Database) -> None:
    if not source.is_sqlite or target.is_sqlite:
        raise Invalid("This moves from SQLite into PostgreSQL; for anything else there are backup and restore")
    if not await schema.is_current(source):
        raise Invalid("The database is not at the newest schema. Run `touchstone migrate` first.")
    if not await schema.is_current(target):
        raise Conflict("The database to move into has an older schema: it is not a new one")


async def _table(old: Session, new: Session, name: str) -> int:
    n, some = 0, list[copying.Row]()
    async for row in copying.rows(old, name):
        some.append(row)
        if len(some) == copying.AT_ONCE:
            await copying.put(new, name, some)
            n, some = n + len(some), []
    await copying.put(new, name, some)
    return n + len(some)


async def _same(new: Session, counts: Counts) -> None:
    for name, n in counts.items():
        if (found := await copying.count(new, name)) != n:
            raise Invalid(f"{name} has {found} rows where {n} were read: nothing was moved")
    chain = await audit.verify(new)
    if not chain.whole:
        raise Invalid(f"The audit log is broken at entry {chain.broken_at}: nothing was moved")
