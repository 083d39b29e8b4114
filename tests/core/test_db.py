import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, func, select

from analysis.models import Rollup
from core.auth.models import Role, User
from core.clock import now
from core.db import Database, Session, add_counts, after_commit, insert_new, upsert
from core.ids import keyed_hash, new_secret, ordered_id
from core.outbox import Fact
from journeys.models import Customer


def user(name: str, **more: Any) -> User:
    return User(email=f"{name}@x.example", password_hash="-", role=Role.MANAGER, created_at=now(), **more)


async def names(db: Database) -> list[str]:
    async with db.read() as session:
        return list((await session.exec(select(Customer.name).order_by(col(Customer.key)))).all())


def customers(**names_by_key: str) -> list[dict[str, Any]]:
    return [{"id": ordered_id(), "key": key, "name": name} for key, name in names_by_key.items()]


async def test_a_block_that_raises_leaves_nothing(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as session:
            session.add(user("alice"))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with db.read() as session:
        assert (await session.exec(select(User))).all() == []


async def test_only_new_rows_are_inserted_and_counted(db: Database) -> None:
    async with db.write() as session:
        assert await insert_new(session, Customer, customers(a="Acme", b="Bolt")) == 2
        assert await insert_new(session, Customer, customers(b="Other", c="Core")) == 1
        assert await insert_new(session, Customer, []) == 0
    assert await names(db) == ["Acme", "Bolt", "Core"]


async def test_a_row_under_the_same_key_is_replaced_in_the_named_columns(db: Database) -> None:
    async with db.write() as session:
        await upsert(session, Customer, customers(a="Acme", b="Bolt"), ["key"], ["name"])
        await upsert(session, Customer, customers(b="Bolts & Sons"), ["key"], ["name"])
        await upsert(session, Customer, [], ["key"], ["name"])
    assert await names(db) == ["Acme", "Bolts & Sons"]


async def test_many_rows_go_in_at_once(db: Database) -> None:
    rows = customers(**{f"k{n:05}": str(n) for n in range(12_000)})
    async with db.write() as session:
        assert await insert_new(session, Customer, rows) == 12_000
    async with db.read() as session:
        assert (await session.exec(select(func.count()).select_from(Customer))).one() == 12_000


async def test_a_column_that_is_left_out_has_its_default_in_every_row(db: Database) -> None:
    given = {"password_hash": "-", "role": Role.MANAGER, "created_at": now()}
    rows = [{"email": f"{n}@x.example", **given} for n in range(3)]
    async with db.write() as session:
        assert await insert_new(session, User, rows) == 3
    async with db.read() as session:
        kept = (await session.exec(select(User))).all()
    assert len({one.id for one in kept}) == 3
    assert [(one.active, one.customers) for one in kept] == [(True, [])] * 3


async def test_counts_of_several_writers_add_up(db: Database) -> None:
    row = {"day": now().date(), "touchpoint": "t", "service": "", "customer": "", "channel": ""}
    keys = [column.name for column in Rollup.__table__.primary_key.columns]  # type: ignore[attr-defined]
    counts = [name for name in Rollup.model_fields if name not in keys]

    async def add(n: int) -> None:
        async with db.write() as session:
            one = {**row, "dimension": "functional", "score": n % 2, **dict.fromkeys(counts, 1)}
            await add_counts(session, Rollup, [one], keys, counts)

    await asyncio.gather(*(add(n) for n in range(40)))
    async with db.read() as session:
        assert sorted((await session.exec(select(Rollup.n))).all()) == [20, 20]


async def test_counts_of_one_key_add_up_within_one_call(db: Database) -> None:
    row = {"day": now().date(), "touchpoint": "t", "service": "", "customer": "", "channel": "", "dimension": "f"}
    keys = [column.name for column in Rollup.__table__.primary_key.columns]  # type: ignore[attr-defined]
    async with db.write() as session:
        for _ in range(2):
            given = [{**row, "score": 1, "n": 2}, {**row, "score": 3, "n": 5}, {**row, "score": 1, "n": 4}]
            await add_counts(session, Rollup, given, keys, ["n"])
    async with db.read() as session:
        counted = await session.exec(select(Rollup.score, Rollup.n).order_by(Rollup.score))
        assert [tuple(one) for one in counted.all()] == [(1, 12), (3, 10)]


async def test_no_update_is_lost_when_many_read_and_write_at_once(db: Database) -> None:
    async with db.write() as session:
        session.add(Customer(key="a", name="0"))

    async def add_one() -> None:
        async with db.write() as session:
            found = (await session.exec(select(Customer).with_for_update())).one()
            await asyncio.sleep(0)
            found.name = str(int(found.name) + 1)
            session.add(found)

    await asyncio.gather(*(add_one() for _ in range(60)))
    assert await names(db) == ["60"]


async def test_a_reader_sees_one_state_from_beginning_to_end(db: Database) -> None:
    async with db.read() as reader:
        before = (await reader.exec(select(func.count()).select_from(Customer))).one()
        async with db.write() as session:
            await insert_new(session, Customer, customers(a="Acme"))
        assert (await reader.exec(select(func.count()).select_from(Customer))).one() == before
    assert await names(db) == ["Acme"]


async def test_a_reader_writes_nothing(db: Database) -> None:
    async def write() -> None:
        async with db.read() as reader:
            await insert_new(reader, Customer, customers(a="Acme"))

    with pytest.raises(DBAPIError, match=r"read-?only"):
        await write()


async def test_a_reader_does_not_wait_for_a_writer(db: Database) -> None:
    async with db.write() as session:
        await insert_new(session, Customer, customers(a="Acme"))
        async with asyncio.timeout(2):
            assert await names(db) == []


async def test_what_is_called_after_the_commit_is_forgotten_by_a_rollback(db: Database) -> None:
    called: list[str] = []

    async def work(what: str, *, fails: bool) -> None:
        async with db.write() as session:
            after_commit(session, lambda: called.append(what))
            assert called in ([], ["kept"])  # never before the commit
            if fails:
                raise RuntimeError

    await work("kept", fails=False)
    with pytest.raises(RuntimeError):
        await work("undone", fails=True)
    assert called == ["kept"]


async def test_times_keep_their_moment_and_their_zone(db: Database) -> None:
    in_china = datetime(2026, 1, 31, 23, 30, tzinfo=timezone(timedelta(hours=8)))
    async with db.write() as session:
        session.add(Fact(name="x", data={}, not_before=in_china))
    async with db.read() as session:
        found = (await session.exec(select(Fact).where(Fact.not_before == in_china))).one()
    assert found.not_before == in_china
    assert found.not_before.tzinfo is UTC


async def test_words_in_json_come_back_as_they_were(db: Database) -> None:
    data = {"zh": "审批 \u2028 “好”", "emoji": "😀", "n": 1.5, "list": [None, True]}
    async with db.write() as session:
        session.add(Fact(name="x", data=data, not_before=now()))
    async with db.read() as session:
        assert (await session.exec(select(Fact.data))).one() == data


async def test_h9_sqlite_is_opened_so_that_a_commit_is_on_disk(tmp_path: Path) -> None:
    async def pragma(session: Session, name: str) -> object:
        return (await (await session.connection()).execute(text(f"PRAGMA {name}"))).scalar()

    db = Database(f"sqlite+aiosqlite:///{tmp_path}/opened.db")  # the other tests' does not wait for the disk
    for opened in (db.write, db.read):
        async with opened() as session:
            kept = [await pragma(session, name) for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert kept == ["wal", 2, 1]
    await db.close()


async def test_a_process_ends_though_a_connection_was_being_opened_when_it_was_told_to(tmp_path: Path) -> None:
    code = f"""
import asyncio
from core.db import Database
from core.sqlite import Threaded

async def told_to_stop_meanwhile():
    Threaded.__await__ = lambda self: (self._thread.start(), asyncio.sleep(9))[1].__await__()
    async with Database("sqlite+aiosqlite:///{tmp_path}/a.db").read() as session:
        await session.connection()

async def main():
    opening = asyncio.create_task(told_to_stop_meanwhile())
    await asyncio.sleep(0.2)
    opening.cancel()
    await asyncio.wait([opening])
    print("told to")

asyncio.run(main())
"""
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], capture_output=True, timeout=30)
    assert done.stdout == b"told to\n", done.stderr


async def test_h9_postgresql_commits_are_on_disk(db: Database) -> None:
    if db.is_sqlite:
        return
    async with db.write() as session:
        setting = (await (await session.connection()).execute(text("SHOW synchronous_commit"))).scalar()
    assert setting != "off"


def test_ordered_ids_follow_each_other_and_secrets_do_not() -> None:
    ids = [ordered_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000
    assert len({new_secret() for _ in range(1000)}) == 1000
    assert all(len(new_secret()) >= 27 for _ in range(100))  # 160 bits


def test_one_secret_hashes_differently_for_every_purpose() -> None:
    assert keyed_hash("session", "a") == keyed_hash("session", "a")
    assert len({keyed_hash("session", "a"), keyed_hash("token", "a"), keyed_hash("session", "b")}) == 3
    assert keyed_hash("a", "b\0c") != keyed_hash("a\0b", "d")
