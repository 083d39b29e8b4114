"""SQLite connections: one that writes, called in place; and those that read, in threads."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BEGIN_WRITING = "BEGIN IMMEDIATE"
PATIENCE = 30000  # milliseconds for another process's lock
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={PATIENCE}",
    "cache_size=-32000",
    "secure_delete=ON",  # what is deleted is overwritten: free pages tell nothing
)
# isolation_level None hands BEGIN to the listeners below: the driver's own BEGIN loses updates silently.
PLAIN = {"isolation_level": None, "timeout": 30, "check_same_thread": False}
QUIET = {"hide_parameters": True}  # an error is logged, and what was to be written is not


class InPlace(aiosqlite.Connection):
    """Runs each statement where it is called. A hop into a thread and back costs several short statements, and
    writes are short. Only what waits goes into a thread, so that the loop never stands: for another process's lock,
    and for the disk."""

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._open().__await__()

    async def _open(self) -> aiosqlite.Connection:
        self._connection = await asyncio.to_thread(self._connector)
        return self

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if args[:1] != (BEGIN_WRITING,):
            return fn(*args, **kwargs)
        try:
            self._conn.execute("PRAGMA busy_timeout=0")
            return fn(*args, **kwargs)
        except sqlite3.OperationalError:  # another process is writing
            self._conn.execute(f"PRAGMA busy_timeout={PATIENCE}")
            return await _aside(fn, *args, **kwargs)
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={PATIENCE}")

    async def commit(self) -> None:
        await _aside(self._conn.commit)

    async def rows(self, statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """What a statement gives, with nothing between."""
        try:
            return self._conn.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            kind = OperationalError if isinstance(error, sqlite3.OperationalError) else DBAPIError
            raise kind(None, None, error) from error

    def stop(self) -> None:
        """There is no thread to stop; the file is what has to be let go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Alone(InPlace):
    """For a process that serves nobody: nothing waits for the loop, so even the disk is waited for in place."""

    async def commit(self) -> None:
        self._conn.commit()


async def _aside(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """In a thread, and to its end: whoever is cancelled meanwhile must not leave a connection that is still at work."""
    done = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done])
        raise


class Threaded(aiosqlite.Connection):
    """Can be stopped twice. Whoever is turned away at the door takes back what is read beside it: the connection is
    then closed, and closed again by force, and the driver waits forever for a thread that has already gone.

    And it holds no process up: whoever is told to stop while one is being opened leaves nobody who could close it."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], iter_chunk_size: int) -> None:
        super().__init__(connector, iter_chunk_size)
        self._thread.daemon = True

    def stop(self) -> asyncio.Future[Any] | None:
        return super().stop() if self._running else None


def _opening(kind: type[aiosqlite.Connection]) -> Callable[..., Awaitable[aiosqlite.Connection]]:
    async def connect(*args: Any, **kwargs: Any) -> aiosqlite.Connection:
        return await kind(lambda: sqlite3.connect(*args, **kwargs), iter_chunk_size=64)

    return connect


def writing_engine(url: str, dump: Callable[[Any], str], alone: bool = False) -> AsyncEngine:
    """One connection, because SQLite takes one writer at a time."""
    how = {**PLAIN, "async_creator_fn": _opening(Alone if alone else InPlace)}
    engine = create_async_engine(url, json_serializer=dump, connect_args=how, pool_size=1, max_overflow=0, **QUIET)
    if alone:
        event.listen(_with_begin(engine, BEGIN_WRITING).sync_engine, "connect", _hurry)
        return engine
    return _with_begin(engine, BEGIN_WRITING)


def reading_engine(url: str, dump: Callable[[Any], str], alone: bool = False) -> AsyncEngine:
    """In threads: a report that reads for long must not stand in anybody's way."""
    how = {**PLAIN, "async_creator_fn": _opening(Alone if alone else Threaded)}
    engine = create_async_engine(url, json_serializer=dump, connect_args=how, pool_size=4, **QUIET)
    engine = _with_begin(engine, "BEGIN")
    event.listen(engine.sync_engine, "connect", _only_read)
    return engine


def glancing_engine(url: str, dump: Callable[[Any], str]) -> AsyncEngine:
    """In place: for a look that an index answers, which is over before a thread would have begun."""
    how = {**PLAIN, "async_creator_fn": _opening(InPlace)}
    engine = create_async_engine(url, json_serializer=dump, connect_args=how, pool_size=1, max_overflow=0, **QUIET)
    event.listen(_with_begin(engine, "BEGIN").sync_engine, "connect", _only_read)
    return engine


def _with_begin(engine: AsyncEngine, begin: str) -> AsyncEngine:
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _hurry(connection: Any, _record: Any) -> None:
    """The file stays whole whatever happens; only the newest commits may be lost with the power."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _only_read(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def empty_log(connection: aiosqlite.Connection) -> bool:
    """Write the log into the database and cut it; False where a reader still needs it. This runs in place, and must
    not wait for somebody who waits for the loop."""
    await connection.execute("PRAGMA busy_timeout=0")
    async with connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
        ((busy, _pages, _moved),) = await cursor.fetchall()
    await connection.execute(f"PRAGMA busy_timeout={PATIENCE}")
    return not busy
