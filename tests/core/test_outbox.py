import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from core.auth.models import Role, User
from core.backlog import backlog, replay
from core.clock import now
from core.db import Database
from core.ids import new_secret
from core.outbox import LAST_TRY, Batch, Delivery, Event, Fact, announce, drain_all, fan_out


@dataclass(frozen=True)
class BellRang(Event):
    door: str


def user(name: str) -> User:
    return User(email=f"{name}@x.example", password_hash="-", role=Role.MANAGER, created_at=now())


async def ring(db: Database, *doors: str) -> None:
    async with db.write() as session:
        await announce(session, *(BellRang(door) for door in doors))


async def names(db: Database) -> list[str]:
    async with db.read() as session:
        return sorted(found.email.split("@")[0] for found in (await session.exec(select(User))).all())


async def open_doors(batch: Batch) -> None:
    """A job that writes one row a fact, and fails at the door named `broken`."""
    async with batch.finish() as session:
        for fact in batch.data:
            if fact["door"] == "broken":
                raise ValueError("a message with somebody's words in it")
            session.add(user(fact["door"]))


WORK = {BellRang: [open_doors]}


async def test_a_fact_is_worked_on_once_and_then_forgotten(db: Database) -> None:
    await ring(db, "north", "south")
    assert await drain_all(db, WORK) == 2
    assert await drain_all(db, WORK) == 0
    assert await names(db) == ["north", "south"]
    async with db.read() as session:
        assert (await session.exec(select(Fact))).all() == []


async def test_a_rolled_back_change_announces_nothing(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as session:
            await announce(session, BellRang("north"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await drain_all(db, WORK) == 0


async def test_one_bad_fact_blocks_no_other(db: Database) -> None:
    await ring(db, "north", "broken", "south")
    assert await drain_all(db, WORK) == 2
    assert await names(db) == ["north", "south"]


async def test_a_fact_that_always_fails_becomes_a_dead_letter_without_words(db: Database) -> None:
    await ring(db, "broken")
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(LAST_TRY + 2):
            await drain_all(db, WORK)
            clock.shift(timedelta(hours=2))
    async with db.read() as session:
        letter = (await session.exec(select(Delivery))).one()
        assert (letter.dead, letter.attempts) == (True, LAST_TRY)
        assert letter.cause.startswith("ValueError at open_doors")
        assert "words" not in letter.cause
        assert (await backlog(session)).dead == 1


async def test_a_dead_letter_can_be_replayed(db: Database) -> None:
    await test_a_fact_that_always_fails_becomes_a_dead_letter_without_words(db)
    async with db.write() as session:
        assert await replay(session) == 1

    async def mended(batch: Batch) -> None:
        async with batch.finish() as session:
            session.add(user("mended"))

    mended.__name__ = "open_doors"
    assert await drain_all(db, {BellRang: [mended]}) == 1
    assert await names(db) == ["mended"]


async def test_a_worker_that_lost_its_lease_writes_nothing(db: Database) -> None:
    await ring(db, "north")

    async def slow(batch: Batch) -> None:
        with time_machine.travel(now() + timedelta(hours=1), tick=False):
            await drain_all(db, WORK)  # another worker takes over while this one sleeps
        async with batch.finish() as session:
            session.add(user("late"))

    slow.__name__ = "open_doors"
    await drain_all(db, {BellRang: [slow]})
    assert await names(db) == ["north"]


@pytest.mark.parametrize("swallows", [False, True])
async def test_h4_a_worker_that_is_told_to_stop_leaves_its_work_to_the_next_one_at_once(
    db: Database, swallows: bool
) -> None:
    """Also where a driver, stopped in the middle of a statement, makes an error of its own of that."""
    await ring(db, "north", "south")
    begun, runs = asyncio.Event(), 0

    async def slow(batch: Batch) -> None:
        nonlocal runs
        runs += 1
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as told:
            raise OSError if swallows else told from told

    slow.__name__ = "open_doors"
    stopping = asyncio.create_task(drain_all(db, {BellRang: [slow]}))
    await begun.wait()
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert runs == 1
    assert await drain_all(db, WORK) == 2
    assert await names(db) == ["north", "south"]


async def test_h4_an_old_worker_leaves_a_new_kind_of_fact_to_a_new_one(db: Database) -> None:
    """While a version is rolled out both run: what the older one does not know must not be gone with it."""
    kind = f"GongStruck{new_secret()}"
    async with db.write() as session:
        session.add(Fact(name=kind, data={"door": "east"}, not_before=now()))
    await ring(db, "north")
    assert await drain_all(db, WORK) == 1
    async with db.read() as session:
        assert (await backlog(session)).waiting == 1
    assert await drain_all(db, WORK | {type(kind, (Event,), {}): [open_doors]}) == 1
    assert await names(db) == ["east", "north"]


async def test_an_old_worker_leaves_a_job_it_does_not_know_and_does_its_own(db: Database) -> None:
    await ring(db, "north")

    async def paint_doors(batch: Batch) -> None:
        async with batch.finish() as session:
            session.add(user("painted"))

    await fan_out(db, {BellRang: [open_doors, paint_doors]})
    assert await drain_all(db, WORK) == 1
    assert await drain_all(db, {BellRang: [open_doors, paint_doors]}) == 1
    assert await names(db) == ["north", "painted"]


async def test_a_delayed_fact_waits_for_its_time(db: Database) -> None:
    async with db.write() as session:
        await announce(session, BellRang("later"), not_before=now() + timedelta(hours=1))
    assert await drain_all(db, WORK) == 0
    with time_machine.travel(now() + timedelta(hours=2)):
        assert await drain_all(db, WORK) == 1


async def test_concurrent_writers_lose_no_update(db: Database) -> None:
    async def one(n: int) -> None:
        await ring(db, f"door{n}")

    await asyncio.gather(*(one(n) for n in range(40)))
    assert await drain_all(db, WORK) == 40
    assert len(await names(db)) == 40
