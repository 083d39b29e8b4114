"""Group commit: those who wait at the same time share one transaction, and with it one wait for the disk.

A commit that is on disk costs some milliseconds, a row some microseconds. Whoever has something to store hands it in
and waits; a flusher takes all that wait, stores them together and answers each when the commit is through. While one
batch is on its way to the disk the next one gathers. Batches make themselves: a quiet server commits singly.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError

from core.db import UNAVAILABLE, Database, Session
from core.errors import Busy
from core.i18n import gettext as _
from core.log import cause

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Work = Callable[[Session, Sequence[Item]], Awaitable[Sequence[Outcome]]]

MOST_AT_ONCE = 200
MOST_WAITING = 5000
RETRY_AFTER = 2
GATHER_SECONDS = 0.002  # where several come at once, more are about to: fewer, larger batches cost less of everything
FLUSHERS = 2  # on PostgreSQL one batch commits while the next is written; SQLite has one writer


class Recorder(Generic[Item, Outcome]):
    """Does `work` for many at once, each in the transaction of all.

    `work` gives an outcome an item, in their order. Where it raises, the transaction is rolled back and every item is
    tried again in one of its own: one that cannot be stored takes no other with it. `writes=False` only reads;
    `singly`: on PostgreSQL each of its statements stands for itself, so that none is spent on a transaction.
    """

    def __init__(self, db: Database, work: Work[Item, Outcome], *, writes: bool = True, singly: bool = False) -> None:
        self._db, self._work = db, work
        self._side: Any = partial(db.record, singly) if writes else db.glance
        self._waiting: deque[tuple[Item, asyncio.Future[Outcome]]] = deque()
        self._gathering = list[tuple[int, asyncio.Future[None]]]()
        self._flushers: set[asyncio.Task[None] | None] = set()
        self._most_flushers = 1 if db.is_sqlite else FLUSHERS

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def record(self, item: Item) -> Outcome:
        """Returns once the item is stored, durably; raises `Busy` when too many wait already."""
        if len(self._waiting) >= MOST_WAITING:
            raise Busy(_("Too many answers are arriving at once. Please send it again in a moment."), RETRY_AFTER)
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        for as_many, enough in self._gathering:
            if len(self._waiting) >= as_many and not enough.done():
                enough.set_result(None)
        if len(self._flushers) < self._most_flushers:
            self._flushers.add(asyncio.create_task(self._flush()))
        return await done

    async def _flush(self) -> None:
        await asyncio.sleep(0)  # whoever is just being served may still join
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            try:
                await self._store(batch)
            except Exception as error:  # whatever it is, each one is told or tried by itself
                await self._singly(batch, error)
            if len(batch) > 1:
                await self._gather(len(batch))
        # In one step with the look at an empty queue: who comes later finds no flusher that is about to leave.
        self._flushers.discard(asyncio.current_task())

    async def _gather(self, as_many: int) -> None:
        """Whoever was just answered often has more to send: as many as were answered, or who is there in a moment."""
        if len(self._waiting) >= as_many:
            return
        enough = asyncio.get_running_loop().create_future()
        self._gathering.append((as_many, enough))
        await asyncio.wait([enough], timeout=GATHER_SECONDS)
        self._gathering.remove((as_many, enough))

    async def _singly(self, batch: list[tuple[Item, asyncio.Future[Outcome]]], error: Exception) -> None:
        """One alone is told what was wrong. Of several each is tried alone, and so is one whose connection was dead."""
        if len(batch) == 1 and not _was_dead(error):
            _tell(batch[0][1], error)
            return
        for one in batch:
            try:
                await self._store([one])
            except Exception as own:
                _tell(one[1], own)

    async def _store(self, batch: list[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        async with self._side() as session:
            outcomes = await self._work(session, [item for item, _done in batch])
        for (_item, done), outcome in zip(batch, outcomes, strict=True):
            if not done.done():  # whoever hung up is not told; what they sent is stored all the same
                done.set_result(outcome)


def _was_dead(error: Exception) -> bool:
    """The database had gone away since the connection was last used; a new one may find it there."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _tell(done: asyncio.Future[Any], error: Exception) -> None:
    if not done.done():
        done.set_exception(_told(error))


def _told(error: Exception) -> Exception:
    if not isinstance(error, UNAVAILABLE):
        return error
    log.warning("the database takes nothing: %s", cause(error))
    return Busy(_("It could not be stored just now. Nothing is lost: please send it again in a moment."), RETRY_AFTER)


def recorder(
    db: Database, work: Work[Item, Outcome], *, writes: bool = True, singly: bool = False
) -> Recorder[Item, Outcome]:
    """The one of this database for this work."""
    if work not in db.recorders:
        db.recorders[work] = Recorder(db, work, writes=writes, singly=singly)
    found: Recorder[Item, Outcome] = db.recorders[work]
    return found
