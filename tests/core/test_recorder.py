"""Group commit: many are stored together, each is told for itself, and nobody is forgotten."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlmodel import select

from core import recorder as room
from core.auth.models import Role, User
from core.clock import now
from core.db import Database, Session
from core.errors import Busy
from core.recorder import Recorder, recorder

batches: list[int] = []


async def store(session: Session, names: Sequence[str]) -> list[str]:
    batches.append(len(names))
    for name in names:
        if name == "broken":
            raise ValueError("this one cannot be stored")
        session.add(User(email=f"{name}@x.example", password_hash="-", role=Role.MANAGER, created_at=now()))
    await session.flush()
    return [name.upper() for name in names]


async def stored(db: Database) -> set[str]:
    async with db.read() as session:
        return {email.split("@")[0] for email in (await session.exec(select(User.email))).all()}


async def test_many_share_a_transaction_and_each_gets_its_own_outcome(db: Database) -> None:
    batches.clear()
    names = [f"n{number}" for number in range(60)]
    outcomes = await asyncio.gather(*(recorder(db, store).record(name) for name in names))
    assert outcomes == [name.upper() for name in names]
    assert await stored(db) == set(names)
    assert len(batches) < 10


async def test_one_that_cannot_be_stored_takes_no_other_with_it(db: Database) -> None:
    names = ["a", "broken", "c"]
    outcomes = await asyncio.gather(*(recorder(db, store).record(name) for name in names), return_exceptions=True)
    assert [outcomes[0], outcomes[2]] == ["A", "C"]
    assert isinstance(outcomes[1], ValueError)
    assert await stored(db) == {"a", "c"}


async def test_nobody_is_forgotten_however_arrivals_and_departures_fall(db: Database) -> None:
    """A flusher that finds the queue empty leaves; somebody may come at that very moment."""

    async def come(name: str) -> None:
        for number in range(25):
            assert await recorder(db, store).record(f"{name}{number}")

    async with asyncio.timeout(60):
        await asyncio.gather(*(come(name) for name in "abcdefgh"))
    assert len(await stored(db)) == 200


async def test_a_full_queue_says_so_and_stores_nothing(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAITING", 3)
    queue: Recorder[str, str] = Recorder(db, store)
    outcomes = await asyncio.gather(*(queue.record(f"n{n}") for n in range(5)), return_exceptions=True)
    assert [isinstance(one, Busy) for one in outcomes] == [False, False, False, True, True]
    assert await stored(db) == {"n0", "n1", "n2"}
    assert await queue.record("later") == "LATER"


async def test_whoever_hangs_up_is_stored_all_the_same(db: Database) -> None:
    gone = asyncio.create_task(recorder(db, store).record("gone"))
    stays = asyncio.create_task(recorder(db, store).record("stays"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "STAYS"
    assert await stored(db) == {"gone", "stays"}
