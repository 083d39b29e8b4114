"""Keeping the sums that response rates read: what is counted of a decision is taken out, and put in as it is.

Decisions are marked when they are made. Answers are not, for whoever answers waits for it: the fact that an answer came
brings the job to its invitation, and so does the fact that a ticket moved to another service or customer.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import add_counts, lock
from core.outbox import Fact, announce
from surveys.events import AskedOutdated
from surveys.models import AskedCell
from surveys.queries.asked import any_uncounted, cells, claim_uncounted, decisions
from surveys.rules.asked import Change, as_it_is, changes, rate_of
from surveys.schemas import ResponseRate
from surveys.schemas.asked import AskedKey, Decision

AT_ONCE = 500


async def begin_counting(session: AsyncSession) -> None:
    """At a start: after an update there may be many decisions that are not counted yet."""
    planned = select(Fact.id).where(Fact.name == AskedOutdated.__name__).limit(1)
    if await any_uncounted(session) and (await session.exec(planned)).first() is None:
        await announce(session, AskedOutdated())


async def count_some(session: AsyncSession) -> bool:
    """Add up some decisions that wait for it; whether there may be more."""
    waiting = await claim_uncounted(session, AT_ONCE)
    await count_these(session, waiting)
    return len(waiting) == AT_ONCE


async def count_these(session: AsyncSession, held: Collection[UUID]) -> None:
    """Bring the sums up to date with these invitations, which nobody else can change meanwhile."""
    if not held:
        return
    await lock(session, AskedCell)
    found = await decisions(session, held)
    rows = [key._asdict() | {"n": n, "answered": answered} for key, n, answered in changes(found)]
    if rows:
        await add_counts(session, AskedCell, rows, AskedKey._fields, ["n", "answered"])
    await _mark(session, found)


async def _mark(session: AsyncSession, counted: list[Decision]) -> None:
    table = SQLModel.metadata.tables["invitation"]
    named: Any = {"counted": True, "counted_as": bindparam("as_counted")}
    held = [(one.id, as_it_is(one)) for one in counted]
    rows = [{"of": id_, "as_counted": now and now.packed()} for id_, now in held]
    statement = update(table).where(table.c.id == bindparam("of")).values(named)
    await (await session.connection()).execute(statement, rows)


async def response_rate(
    session: AsyncSession,
    scope: frozenset[str] | None,
    since: date,
    until: date,
    service: str = "",
    customer: str = "",
) -> ResponseRate:
    """What became of the invitations decided in the months from `since` to before `until` (their first days), for the
    customers in `scope`. However many there are, few rows are read; decisions that are not added up yet are read
    themselves. An answer counts once the job has seen it."""

    def chosen(change: Change) -> bool:
        key = change[0]
        narrow = (not service or key.service == service) and (not customer or key.customer == customer)
        return narrow and since <= key.month < until and (scope is None or key.customer in scope)

    return rate_of(filter(chosen, [*await cells(session, scope), *changes(await decisions(session))]))
