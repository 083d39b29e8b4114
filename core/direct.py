"""Statements that go to the driver as they are: for the few that every answer needs.

The library between costs ten times what the driver itself does, for each statement and again for each transaction. Here
a statement is put together once in the life of a process, connections stay in hand, and a session stands beside for
what is rare.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from asyncpg.exceptions import InterfaceError, InternalClientError, PostgresError
from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

_DRIVER = "driver"


class Fixed:
    """A statement as the driver takes it, and what its values need on their way in and out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        made = statement.compile(dialect=dialect)
        self.text, self._made = str(made), made
        self._names: list[str] = list(made.positiontup)
        kinds = [made.binds[name].type.dialect_impl(dialect) for name in self._names]
        self._in = [kind.bind_processor(dialect) for kind in kinds]
        kinds = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
        out = ((place, kind.result_processor(dialect, None)) for place, kind in enumerate(kinds))
        self._out = [(place, processor) for place, processor in out if processor]

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        all_of_them = {**self._made.params, **given}
        return tuple(
            processor(all_of_them[name]) if processor else all_of_them[name]
            for name, processor in zip(self._names, self._in, strict=True)
        )

    def read(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, processor in self._out:
            values[place] = processor(values[place])
        return values


async def looked_up(session: AsyncSession, statement: Fixed, given: Mapping[str, Any]) -> list[list[Any]]:
    return [statement.read(row) for row in await said(session, statement.text, statement.values(given))]


async def said(session: AsyncSession, statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """Rows that a statement gives, in the driver's own words, to the driver where the session has it in hand."""
    if driver := session.info.get(_DRIVER):
        return await driver.rows(statement, values)  # type: ignore[no-any-return]
    return (await (await session.connection()).exec_driver_sql(statement, tuple(values))).all()


def beside(connection: AsyncConnection, driver: Any) -> AsyncSession:
    """A session on this connection; `driver.rows` runs a statement on it."""
    return AsyncSession(connection, expire_on_commit=False, info={_DRIVER: driver})


class Spoken:
    """A connection to PostgreSQL, and its driver."""

    def __init__(self, connection: AsyncConnection, driver: Any, away: tuple[str, ...]) -> None:
        self.connection, self.driver, self._away = connection, driver, away

    async def rows(self, statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        try:
            return await self.driver.fetch(statement, *values)  # type: ignore[no-any-return]
        except (PostgresError, InterfaceError, InternalClientError, OSError) as error:
            raise self._as_the_library_has_it(error) from error

    def _as_the_library_has_it(self, error: Any) -> DBAPIError:
        away = str(getattr(error, "sqlstate", None) or "").startswith(self._away)
        dead = self.driver.is_closed() or isinstance(error, InternalClientError | OSError)  # cut off in mid-sentence
        kind = OperationalError if away or dead else DBAPIError
        return kind(None, None, error, connection_invalidated=dead)


class Standing:
    """A few connections to PostgreSQL that stay in hand; each statement on them is committed for itself."""

    def __init__(self, engine: AsyncEngine, most: int, away: tuple[str, ...]) -> None:
        self._engine, self._free, self._away = engine, asyncio.Semaphore(most), away
        self._idle = list[Spoken]()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with self._free:
            spoken = await self._one()
            session = beside(spoken.connection, spoken)
            try:
                yield session
                if session.in_transaction():  # hardly ever: only what is rare is said through it
                    await session.commit()
                    await session.close()
            except BaseException:
                with suppress(Exception):  # of what is given up anyway; told is what went wrong before
                    await session.close()
                await self._let_go(spoken)
                raise
            self._idle.append(spoken)

    async def _one(self) -> Spoken:
        while self._idle:
            if not (found := self._idle.pop()).driver.is_closed():
                return found
            await self._let_go(found)
        connection = await self._engine.connect()
        driver = (await connection.get_raw_connection()).driver_connection
        return Spoken(connection, driver, self._away)

    async def _let_go(self, spoken: Spoken) -> None:
        """What went wrong on it may have left it in any state; where the server went away, the others are dead too."""
        dead = [spoken, *self._idle] if spoken.driver.is_closed() else [spoken]
        self._idle = [one for one in self._idle if one not in dead]
        for one in dead:
            await one.connection.invalidate()
            await one.connection.close()

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        for one in idle:
            await one.connection.close()
