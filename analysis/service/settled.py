"""Reports of months that are over: where many voices make them dear they are made once a night.

For whatever customers somebody sees together. Whoever looks reads what was made; an answer that comes in late for an
earlier month shows the next day. With fewer voices a report is made when somebody looks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec
from sqlmodel import col, delete

from analysis.models import SettledReport
from analysis.queries import settled as queries
from analysis.schemas.figures import month_of
from core.auth.queries import portfolios
from core.db import Database, Session
from core.settings import settings

MANY = 5_000
Scope = frozenset[str] | None
T = TypeVar("T")


@dataclass(frozen=True)
class Settled(Generic[T]):
    """A report, or what one is made of: of everything in scope, of the months before the one of `today`."""

    name: str
    kind: Any
    make: Callable[[Session, Scope, date], Awaitable[T]]

    async def __call__(self, session: Session, scope: Scope, today: date) -> T:
        found = await queries.settled(session, self.name, scope, today)
        return await asyncio.to_thread(self._unpacked, found.body) if found else await self.make(session, scope, today)

    def packed(self, found: T) -> bytes:
        return msgspec.msgpack.encode(found, enc_hook=_plain)

    def _unpacked(self, body: bytes) -> T:
        found: T = msgspec.msgpack.decode(body, type=self.kind)
        return found


def _plain(value: Any) -> Any:
    """Numbers of NumPy."""
    return value.item()


async def settle(db: Database, reports: Iterable[Settled[Any]], today: date) -> None:
    """Make what is not made yet today, each in a transaction of its own: after a stop it goes on from there."""
    async with db.read() as session:
        many = await queries.more_voices_than(session, MANY)
        whose: set[Scope] = {None, *await portfolios(session)} if many else set()
    for scope in whose:
        for report in reports:
            await _settle(db, report, scope, today)
    async with db.write() as session:
        await session.exec(delete(SettledReport).where(col(SettledReport.made_on) < today))


async def _settle(db: Database, report: Settled[Any], scope: Scope, today: date) -> None:
    async with db.read() as session:
        made = await queries.settled(session, report.name, scope, today)
        if made and made.made_on >= today:
            return
        body = report.packed(await report.make(session, scope, today))
    async with db.write() as session:
        await session.merge(
            SettledReport(
                name=report.name,
                scope=queries.key_of(scope),
                month=month_of(today),
                smallest=settings().min_group,
                made_on=today,
                body=body,
            )
        )


async def forget_settled(session: Session) -> None:
    """What it was made from was counted anew."""
    await session.exec(delete(SettledReport))
