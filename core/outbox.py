"""The outbox: facts written with the change that caused them, and what is still to be done about each.

A fact is announced in the transaction of its cause. `fan_out` gives every subscribed job a delivery of it;
`drain` leases deliveries in batches, runs the job and marks them done in the transaction of the job's result.
What is to be done stands in the database: a wake-up that is lost costs time, never a fact.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import CursorResult, Index, bindparam, delete, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import BigKey, Database, Json, UtcTime, after_commit, for_claiming, insert_new
from core.log import cause
from core.rows import among, listed
from core.tracing import span
from core.waking import wake

log = logging.getLogger(__name__)

BATCH = 500
ROUND = 10  # batches of new facts, after which what they ask for is done first: else the last job waits for all others
LEASE = timedelta(minutes=10)
LAST_TRY = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """A fact, past tense; fields are ids and plain values, never words or names."""

    final: ClassVar[bool] = False  # a final fact is for outside listeners: no job need follow


class Fact(SQLModel, table=True):
    __tablename__ = "outbox"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str
    data: dict[str, Any] = Field(sa_type=Json)
    not_before: datetime = Field(sa_type=UtcTime)
    fanned_out: bool = Field(default=False, index=True)


class Delivery(SQLModel, table=True):
    """One job's task about one fact. `pending` until done (the row goes) or `dead` (it waits for a person)."""

    __tablename__ = "outbox_delivery"
    __table_args__ = (Index("ix_outbox_delivery_due", "job", "dead", "due_at"),)
    fact_id: int = Field(primary_key=True, sa_type=BigKey, foreign_key="outbox.id")
    job: str = Field(primary_key=True)
    due_at: datetime = Field(sa_type=UtcTime)
    attempts: int = 0
    lease: UUID | None = None
    dead: bool = False
    cause: str = ""


class LeaseLost(Exception):
    """Another worker took the batch over; what this one made of it is rolled back."""


@dataclass(frozen=True)
class Batch:
    """Facts leased to one job. Read first, compute without a transaction, then write inside `finish()`."""

    db: Database
    job: str
    facts: Mapping[int, dict[str, Any]]
    lease: UUID = field(default_factory=uuid4)

    @property
    def data(self) -> list[dict[str, Any]]:
        return list(self.facts.values())

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[AsyncSession]:
        """The job's result and the mark that it is done, in one transaction."""
        async with self.db.write() as session:
            yield session
            mine = _of(delete(Delivery), session, self.job).where(col(Delivery.lease) == self.lease)
            done: CursorResult[Any] = await session.exec(mine, params=_these(session, self.facts))
            if done.rowcount != len(self.facts):
                raise LeaseLost


Job = Callable[[Batch], Awaitable[None]]
_singly: set[str] = set()


def leased_singly(job: Job) -> Job:
    """A job whose every task is long: a worker takes one at a time, and leaves the next to whoever is free."""
    _singly.add(job.__name__)
    return job


def _at_once(job: Job) -> int:
    return 1 if job.__name__ in _singly else BATCH


Subscriptions = Mapping[type[Event], Sequence[Job]]


async def announce(session: AsyncSession, *events: Event, not_before: datetime | None = None) -> None:
    """Write facts with the change that caused them; workers are woken after the commit."""
    due = not_before or now()
    rows = [{"name": type(e).__name__, "data": _plain(e), "not_before": due} for e in events]
    if await insert_new(session, Fact, rows):
        announced(session)


def announced(session: AsyncSession) -> None:
    if wake not in session.info.get("after_commit", []):
        after_commit(session, wake)


def _plain(happened: Event) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(happened, enc_hook=str)
    return plain


async def drain(db: Database, subscriptions: Subscriptions) -> int:
    """Do what is due now, of a large backlog the first part; how many deliveries were done. Jobs come in the order of
    the subscriptions."""
    shared_out = 0
    while shared_out < ROUND and await _has_new_facts(db) and await fan_out(db, subscriptions) == BATCH:
        shared_out += 1
    jobs, done = {job.__name__: job for jobs in subscriptions.values() for job in jobs}, 0
    due = await _jobs_due(db)
    for name in filter(due.__contains__, jobs):
        full = True
        while full and (batch := await _lease(db, jobs[name])):
            done += await _run(jobs[name], batch)
            full = len(batch.facts) == _at_once(jobs[name])
    if done:
        await _sweep(db)
    return done


async def _has_new_facts(db: Database) -> bool:
    """A look without the writer's lock: an idle drain must not stand in anybody's way."""
    async with db.read() as session:
        return (await session.exec(_new_facts(Fact.id).limit(1))).first() is not None


def _new_facts(*what: Any) -> Any:
    """Those of a kind that is known here. While a newer version is being rolled out it announces kinds that an older
    worker has never heard of: it leaves them for a worker that has."""
    known = sorted(_kinds(Event))
    return select(*what).where(col(Fact.fanned_out).is_(False), col(Fact.name).in_(known))


def _kinds(event: type[Event]) -> set[str]:
    return {event.__name__}.union(*(_kinds(kind) for kind in event.__subclasses__()))


async def _jobs_due(db: Database) -> set[str]:
    due = select(Delivery.job).where(col(Delivery.dead).is_(False), col(Delivery.due_at) <= now()).distinct()
    async with db.read() as session:
        return set((await session.exec(due)).all())


async def _sweep(db: Database) -> None:
    """A fact about which nothing is left to do goes."""
    open_deliveries = select(Delivery.fact_id).where(Delivery.fact_id == Fact.id).exists()
    async with db.write() as session:
        await session.exec(delete(Fact).where(col(Fact.fanned_out).is_(True), ~open_deliveries))


async def drain_all(db: Database, subscriptions: Subscriptions) -> int:
    """Drain, and drain what the drained jobs announced, until all is quiet."""
    total = 0
    while done := await drain(db, subscriptions):
        total += done
    return total


async def fan_out(db: Database, subscriptions: Subscriptions) -> int:
    """Give each subscribed job a delivery of each new fact; how many facts were looked at."""
    jobs = {event.__name__: [job.__name__ for job in jobs] for event, jobs in subscriptions.items()}
    async with db.write() as session:
        new = _new_facts(Fact.id, Fact.name, Fact.not_before).order_by(col(Fact.id)).limit(BATCH)
        facts = (await session.exec(for_claiming(session, new))).all()
        rows = [
            {"fact_id": id_, "job": job, "due_at": not_before}
            for id_, name, not_before in facts
            for job in jobs.get(name, [])
        ]
        await insert_new(session, Delivery, rows)
        these = update(Fact).where(_among(session, Fact.id)).values(fanned_out=True)
        await session.exec(these, params=_these(session, [id_ for id_, _name, _not_before in facts]))
    return len(facts)


# Built once: every drain asks them for every job.
DUE = (
    select(Delivery.fact_id)
    .where(Delivery.job == bindparam("name"), col(Delivery.dead).is_(False), col(Delivery.due_at) <= bindparam("at"))
    .order_by(col(Delivery.fact_id))
    .limit(bindparam("most"))
)


async def _lease(db: Database, job: Job) -> Batch | None:
    """Take the oldest due deliveries of a job. A lease that ran out (its worker died) is due again."""
    moment, name = now(), job.__name__
    async with db.write() as session:
        due: Any = await session.exec(
            for_claiming(session, DUE), params={"name": name, "at": moment, "most": _at_once(job)}
        )
        ids = list(due.all())
        if not ids:
            return None
        facts: Any = select(Fact.id, Fact.data).where(_among(session, Fact.id)).order_by(col(Fact.id))
        rows = (await session.exec(facts, params=_these(session, ids))).all()
        batch = Batch(db, name, dict(rows))
        leased = _of(update(Delivery), session, name).values(lease=batch.lease, due_at=moment + LEASE)
        await session.exec(leased, params=_these(session, ids))
    return batch


async def _run(job: Job, batch: Batch) -> int:
    """Run a batch; when it fails, run its facts singly, so that one bad fact blocks no other."""
    try:
        with span(f"job {batch.job}", facts=len(batch.facts)):
            await job(batch)
    except LeaseLost:
        return 0
    except asyncio.CancelledError:  # told to stop: others need not wait for this lease to run out
        await _give_back(batch)
        raise
    except Exception as error:  # any failure of a job is kept as a delivery to be tried again
        if _told_to_stop():
            await _give_back(batch)
            raise asyncio.CancelledError from error
        if len(batch.facts) > 1:
            return sum([await _run_one(job, batch, fact_id) for fact_id in batch.facts])
        await _put_back(batch, error)
        return 0
    return len(batch.facts)


def _told_to_stop() -> bool:
    """A driver in the middle of a statement makes an error of its own of it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _run_one(job: Job, batch: Batch, fact_id: int) -> int:
    single = Batch(batch.db, batch.job, {fact_id: batch.facts[fact_id]})
    taken = await _mark(batch, [fact_id], lease=single.lease, due_at=now() + LEASE)
    return await _run(job, single) if taken else 0


async def _give_back(batch: Batch) -> None:
    """Untried, to be taken by anybody at once."""
    await _mark(batch, batch.facts, lease=None, due_at=now())


async def _mark(batch: Batch, fact_ids: Iterable[int], **values: Any) -> int:
    """Those of these deliveries that are still leased as this batch; how many."""
    async with batch.db.write() as session:
        mine = _of(update(Delivery), session, batch.job).where(col(Delivery.lease) == batch.lease)
        marked: CursorResult[Any] = await session.exec(mine.values(**values), params=_these(session, fact_ids))
    return marked.rowcount


async def _put_back(batch: Batch, error: Exception) -> None:
    reason, [fact_id] = cause(error), batch.facts
    async with batch.db.read() as session:
        held = Delivery.fact_id == fact_id, Delivery.job == batch.job, Delivery.lease == batch.lease
        tries = (await session.exec(select(Delivery.attempts).where(*held))).first()
    if tries is None:
        return
    dead, pause = tries + 1 >= LAST_TRY, min(LONGEST_PAUSE, FIRST_PAUSE * 4**tries)
    again = {"attempts": tries + 1, "dead": dead, "cause": reason, "lease": None, "due_at": now() + pause}
    if await _mark(batch, batch.facts, **again):
        log.warning("job %s failed (try %d%s): %s", batch.job, tries + 1, ", gave up" if dead else "", reason)


def _of(statement: Any, session: AsyncSession, job: str) -> Any:
    return statement.where(col(Delivery.job) == job, _among(session, Delivery.fact_id))


def _among(session: AsyncSession, column: Any) -> Any:
    """The column holds one of `_these`: the same short statement, however many they are."""
    return among(session.get_bind().dialect.name, column, "these")


def _these(session: AsyncSession, ids: Iterable[int | None]) -> dict[str, Any]:
    return {"these": listed(session.get_bind().dialect.name, ids)}
