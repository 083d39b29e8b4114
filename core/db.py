"""The database: one schema, two engines. What differs between them stands here and in `core/sqlite.py`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from core.direct import Standing, beside
from core.postgres import pack
from core.rows import Meeting, insert_rows
from core.sqlite import empty_log, glancing_engine, reading_engine, writing_engine

Session = AsyncSession  # by this name for rooms that pass a session on and hold no SQL
BigKey = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


# Constraints with names can be changed by a later migration, on both engines.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# Key of a table's `info`: names of keys that PostgreSQL is not asked to hold, because another one vouches.
HELD_ELSEWHERE = "held elsewhere"

# The database is away, locked or has no room: it may be there again in a moment, and nothing was stored.
UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeout, OSError)


# For the recorder and its looks: a few connections, used without asking first whether they still live. Each statement
# stands for itself there.
MOST_STANDING = 4
STANDING = {"pool_size": MOST_STANDING, "max_overflow": 0, "pool_pre_ping": False, "isolation_level": "AUTOCOMMIT"}
# PostgreSQL would otherwise show each statement of a reader another state, and let it write.
READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class UtcTime(TypeDecorator[datetime]):
    """Zone-aware in and out on both engines; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


# Classes of SQLSTATE: connection lost, out of resources, shutting down or starting up, system error.
AWAY = ("08", "53", "57P", "58")
# Somebody who reads a report, or copies the database, still sees what was deleted after they began.
READERS_TRIES, READERS_PAUSE = 40, 0.5  # pause in seconds
DURABLE_SQLITE = ("journal_mode", "synchronous", "foreign_keys")
DURABLE_POSTGRES = ("synchronous_commit", "fsync", "track_commit_timestamp", "server_version")
TELLING_POSTGRES = ("log_statement", "log_min_duration_statement", "wal_recycle")


class StillSeen(Exception):
    """Somebody reads an older state of the database, and so what was deleted since is still in its files."""


class Database:
    """An engine with a reading and a writing side.

    SQLite takes one writer at a time. Writers of this process queue on a lock instead of on SQLite's busy
    timeout, and begin IMMEDIATE: a transaction that reads first and writes later would lose updates.

    `alone`: this process serves nobody and makes everything anew if it fails (the demo). Nothing hops into threads,
    and the disk is not waited for at each commit.
    """

    def __init__(self, url: str, alone: bool = False) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.engine = writing_engine(url, _json, alone) if self.is_sqlite else _postgres_engine(url)
        reading = reading_engine(url, _json, alone) if self.is_sqlite else None
        self._reading = reading or self.engine.execution_options(**READING)
        self._glancing = glancing_engine(url, _json) if self.is_sqlite else _postgres_engine(url, **STANDING)
        self._standing = None if self.is_sqlite else Standing(self._glancing, MOST_STANDING, AWAY)
        self._one_writer = asyncio.Lock()
        self.recorders: dict[Any, Any] = {}  # what waits to be stored together: core/recorder.py

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the database and writes nothing."""
        async with AsyncSession(self._reading, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncSession]:
        """A session for a short look that an index answers; each statement sees its own state."""
        if self._standing:
            async with self._standing.session() as session:
                yield session
            return
        async with self._glancing.connect() as connection, beside(connection, await _driver(connection)) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back when the block raises."""
        if not self.is_sqlite:
            async with self._transaction(self.engine) as session:
                yield session
            return
        async with self._one_writer, self._transaction(self.engine) as session:
            yield session

    def record(self, singly: bool = False) -> AbstractAsyncContextManager[AsyncSession]:
        """The same for the recorder. `singly`: on PostgreSQL each statement is committed for itself, and a connection
        may turn out to be dead."""
        return self._directly() if singly else self.write()

    @asynccontextmanager
    async def _directly(self) -> AsyncIterator[AsyncSession]:
        async with self._standing.session() if self._standing else self._one_writing() as session:
            yield session
        for called in session.info.pop("after_commit", []):
            called()

    @asynccontextmanager
    async def _one_writing(self) -> AsyncIterator[AsyncSession]:
        async with (
            self._one_writer,
            self.engine.begin() as connection,
            beside(connection, await _driver(connection)) as session,
        ):
            yield session
            await session.flush()

    async def write_by_parts(self, part: Callable[[AsyncSession], Awaitable[bool]]) -> None:
        """`part` in one transaction after another, until it says that there is no more to do."""
        more = True
        while more:
            async with self.write() as session:
                more = await part(session)

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            async with session.begin():
                yield session
            for called in session.info.pop("after_commit", []):
                called()

    async def forget(self, *tables: type[SQLModel], rewrite_up_to: int | None = None) -> None:
        """Leave nothing of deleted rows of these tables in any file: on PostgreSQL they are written anew, and locked
        meanwhile; on SQLite, which overwrites what it deletes, the write-ahead log is cut.

        `rewrite_up_to`: bytes above which a table keeps its file, and the bytes of dead rows until they are written
        over. Raises `StillSeen` when somebody reads an older state for longer than we wait; the next time does it.
        """
        names = [str(table.__tablename__) for table in tables]
        if self.is_sqlite:
            clean = await self._cut_log()
        else:
            clean = await pack(self.engine, names, rewrite_up_to, READERS_TRIES, READERS_PAUSE)
        if not clean:
            raise StillSeen

    async def _cut_log(self) -> bool:
        for turn in range(READERS_TRIES):
            if turn:
                await asyncio.sleep(READERS_PAUSE)
            async with self._one_writer, self.engine.connect() as connection:
                if await empty_log(await _driver(connection)):
                    return True
        return False

    async def durability(self) -> dict[str, str]:
        """What decides whether a commit is on disk, and what of it is written down, as the engine tells it."""
        asked, how = (DURABLE_SQLITE, "PRAGMA") if self.is_sqlite else (DURABLE_POSTGRES + TELLING_POSTGRES, "SHOW")
        async with self.engine.connect() as connection:
            return {name: str((await connection.exec_driver_sql(f"{how} {name}")).scalar()) for name in asked}

    async def close(self) -> None:
        if self._standing:
            await self._standing.close()
        await self._reading.dispose()
        await self._glancing.dispose()
        await self.engine.dispose()


async def _driver(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


def _postgres_engine(url: str, **how: Any) -> AsyncEngine:
    standard = {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True, "json_serializer": _json}
    standard |= {"hide_parameters": True}  # an error is logged, and what was to be written is not
    engine = create_async_engine(url, **standard | how)
    event.listen(engine.sync_engine, "handle_error", _as_unavailable, retval=True)
    return engine


def _as_unavailable(failed: ExceptionContext) -> OperationalError | None:
    """The driver has dozens of errors for a server that stops, starts or is full; here they are one."""
    error: Any = failed.original_exception
    failed.is_disconnect = (
        failed.is_disconnect or type(error).__name__ == "InternalClientError"
    )  # cut off in mid-sentence
    away = str(getattr(error, "sqlstate", None) or "").startswith(AWAY)
    if not (away or failed.is_disconnect):
        return None
    return OperationalError(None, None, error, connection_invalidated=failed.is_disconnect)


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


def after_commit(session: AsyncSession, call: Callable[[], None]) -> None:
    """Call `call` once this transaction has committed; a rollback forgets it."""
    session.info.setdefault("after_commit", []).append(call)


async def lock(session: AsyncSession, table: type[SQLModel], shared: bool = False) -> None:
    """Keep all other writers off a table until the end of this transaction; on SQLite they are kept off already.
    `shared`: others may keep writers off it too meanwhile, and nobody writes."""
    mode = "SHARE" if shared else "SHARE ROW EXCLUSIVE"
    if _dialect(session) is postgresql:
        await (await session.connection()).execute(text(f'LOCK TABLE "{table.__tablename__}" IN {mode} MODE'))


async def insert_new(session: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows, passing over those whose unique key is already there; how many were new."""
    return await insert_rows(await session.connection(), _table(table), rows) if rows else 0


async def add_counts(
    session: AsyncSession,
    table: type[SQLModel],
    rows: Sequence[dict[str, Any]],
    keys: Iterable[str],
    counts: Iterable[str],
    bits: Iterable[str] = (),
) -> None:
    """Insert counter rows, or add to the counters that stand under the same keys; `bits` are joined, not added."""
    meeting, each = Meeting(tuple(keys), added=tuple(counts), joined=tuple(bits)), dict[tuple[Any, ...], Any]()
    for row in rows:
        key = tuple(row[name] for name in meeting.keys)
        each[key] = _together(each[key], row, meeting) if key in each else row
    await _meet(session, table, list(each.values()), meeting)


def _together(one: dict[str, Any], other: dict[str, Any], meeting: Meeting) -> dict[str, Any]:
    added = {name: one[name] + other[name] for name in meeting.added}
    return one | added | {name: one[name] | other[name] for name in meeting.joined}


async def upsert(
    session: AsyncSession,
    table: type[SQLModel],
    rows: Sequence[dict[str, Any]],
    keys: Iterable[str],
    replace: Iterable[str],
) -> None:
    """Insert rows, or replace the named columns of the rows that stand under the same keys; of several of one key the
    last stays."""
    names = tuple(keys)
    last = {tuple(row[name] for name in names): row for row in rows}
    await _meet(session, table, list(last.values()), Meeting(names, replaced=tuple(replace)))


async def _meet(session: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]], meeting: Meeting) -> None:
    if rows:
        await insert_rows(await session.connection(), _table(table), rows, meeting)


def _table(table: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(table.__tablename__)]


def _dialect(session: AsyncSession) -> Any:
    return sqlite if session.get_bind().dialect.name == "sqlite" else postgresql


def for_claiming(session: AsyncSession, statement: Any) -> Any:
    """Rows that no other worker holds; SQLite has one writer, and nothing to skip."""
    return statement if _dialect(session) is sqlite else statement.with_for_update(skip_locked=True)
