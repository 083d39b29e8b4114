"""Keeping the sums that flow reports read: what is counted of a changed ticket is taken out, and put in as it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, update
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import lock, upsert
from core.outbox import Fact, announce
from journeys.events import FlowOutdated
from journeys.models import FlowCell
from journeys.queries.flow_cells import KEYS, PLACED, Changed, any_uncounted, cells, cells_at, uncounted
from journeys.rules.flow_cells import Sums, added, sums_of
from journeys.schemas import FlowChoice, TicketFlow

AT_ONCE = 500
Key = tuple[date, str, str, str, str, str, str]  # as KEYS


class Counted(NamedTuple):
    """What the cells hold of a ticket, or should; `key` None: nothing, since nobody knows when it was."""

    key: Key | None
    sums: Sums

    def packed(self) -> bytes | None:
        return msgspec.msgpack.encode((self.key, dict(self.sums))) if self.key else None


NOTHING = Counted(None, Sums())
_unpack = msgspec.msgpack.Decoder(tuple[Key, dict[str, int]]).decode


def as_it_is(one: Changed) -> Counted:
    at: datetime | None = one.resolved_at or one.opened_at
    if at is None or not one.flow:
        return NOTHING
    key: Any = (at.date().replace(day=1), *one.placed)
    return Counted(key, sums_of(msgspec.convert(one.flow, TicketFlow), one.sla_met))


def as_counted(one: Changed) -> Counted:
    if one.counted_as is None:
        return NOTHING
    key, sums = _unpack(one.counted_as)
    return Counted(key, Sums(sums))


async def begin_counting(session: AsyncSession) -> None:
    """At a start: after an update there may be many tickets that are not counted yet."""
    planned = select(Fact.id).where(Fact.name == FlowOutdated.__name__).limit(1)
    if await any_uncounted(session) and (await session.exec(planned)).first() is None:
        await announce(session, FlowOutdated())


async def count_some(session: AsyncSession) -> bool:
    """Bring the sums of some tickets up to date; whether there may be more."""
    await lock(session, FlowCell)
    tickets = await uncounted(session, AT_ONCE)
    if not tickets:
        return False
    now = [as_it_is(one) for one in tickets]
    changes = defaultdict[Key, Sums](Sums)
    for each, times in ((map(as_counted, tickets), -1), (now, 1)):
        for key, sums in each:
            if key:
                changes[key] = added(changes[key], sums, times)
    await _keep(session, changes)
    await _mark(session, tickets, now)
    return len(tickets) == AT_ONCE


async def _keep(session: AsyncSession, changes: Mapping[Key, Sums]) -> None:
    old = await cells_at(session, list(changes))
    rows = [
        {**dict(zip(KEYS, key, strict=True)), "sums": msgspec.msgpack.encode(dict(added(old.get(key, Sums()), sums)))}
        for key, sums in changes.items()
        if sums
    ]
    await upsert(session, FlowCell, rows, KEYS, ["sums"])


async def _mark(session: AsyncSession, tickets: Sequence[Changed], counted: Sequence[Counted]) -> None:
    table = SQLModel.metadata.tables["ticket"]
    named: Any = {"counted": True, "counted_as": bindparam("as_counted")}
    rows = [{"of": one.id, "as_counted": new.packed()} for one, new in zip(tickets, counted, strict=True)]
    statement = update(table).where(table.c.id == bindparam("of")).values(named)
    await (await session.connection()).execute(statement, rows)


async def summed(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice
) -> list[tuple[dict[str, str], date, Mapping[str, int], int]]:
    """What places tickets, their month, sums, and how often these count: -1 where the cells hold a ticket as it no
    longer is. So a report is right at once, and reads few tickets."""
    found: list[tuple[dict[str, str], date, Mapping[str, int], int]] = [
        (*cell, 1) for cell in await cells(session, scope, choice)
    ]
    for one in await uncounted(session):
        for (key, sums), times in ((as_counted(one), -1), (as_it_is(one), 1)):
            if key and _chosen(placed := dict(zip(PLACED, key[1:], strict=True)), key[0], scope, choice):
                found.append((placed, key[0], sums, times))
    return found


def _chosen(placed: Mapping[str, str], month: date, scope: frozenset[str] | None, choice: FlowChoice) -> bool:
    wanted = {name: getattr(choice, name) for name in ("service", "customer", "kind")}
    return (
        (scope is None or placed["customer"] in scope)
        and all(value is None or placed[name] == value for name, value in wanted.items())
        and (choice.since is None or month >= choice.since.date())
        and (choice.until is None or month < choice.until.date())
    )
