"""Gone means gone, sealed means sealed, a new key changes nothing for people: on both engines, down to the files."""

import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import select

from core import clock
from core.db import Database, StillSeen
from core.ids import keyed_hash
from core.outbox import Delivery, announce, drain_all
from core.sealing import open_sealed, under_todays_key
from core.settings import settings
from feedback.events import FeedbackRewritten
from feedback.models import Feedback, Message, Receipt
from feedback.rules import receipts
from feedback.service import releasing, resealing
from tests.conftest import SECRET, Visitor
from tests.feedback.test_anonymous import WORDS, answered, dump, files_of, post, release, thread
from web import backup
from web.worker import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("places")


async def files_of_postgres(db: Database, everything: bool = False) -> list[Path]:
    """The files of this database as they are on disk now, or of the whole server with its log; none where the server
    stands on another machine."""
    async with db.engine.connect() as connection:
        await connection.execute(text("CHECKPOINT"))
        folder = Path(str((await connection.execute(text("SHOW data_directory"))).scalar()))
        number = (
            await connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        ).one()
    where = folder if everything else folder / "base" / str(number[0])
    return [*([folder.parent / "pg.log"] if everything else []), *where.rglob("*")]


def hold(files: list[Path], *needles: bytes) -> Iterator[bytes]:
    """Which of these stand in some file."""
    for path in files:
        try:
            content = path.read_bytes() if path.is_file() else b""
        except (FileNotFoundError, PermissionError):  # a server removes files of its own at any time
            continue
        yield from (one for one in needles if one in content)


async def on_disk(db: Database) -> list[Path]:
    if db.is_sqlite:
        return list(settings().data_dir.rglob("*"))
    return await files_of_postgres(db)


async def behind(db: Database, receipt: str) -> tuple[Receipt, Message]:
    hash_ = keyed_hash("receipt", receipts.plain(receipt))
    async with db.read() as session:
        row = (await session.exec(select(Receipt).where(Receipt.hash == hash_))).one()
        return row, (await session.exec(select(Message).where(Message.matter_id == row.matter_id))).one()


async def test_b8_gone_means_gone(visitor: Visitor, db: Database) -> None:
    withdrawn, kept = await post(visitor), await post(visitor, "Something else")
    await release(db)
    await drain_all(db, SUBSCRIPTIONS)
    await releasing.forget(db)
    row, said = await behind(db, withdrawn)
    secrets = (said.sealed, row.hash.encode())
    await sampled(db)
    files = await on_disk(db)
    assert files, "SKIPPED IN PART: the database server's files cannot be read from here"
    assert set(hold(files, *secrets)) == set(secrets)  # so that their absence below means something
    answer = await visitor.http.post("/api/v1/feedback/thread/withdraw", json={"receipt": withdrawn})
    assert answer.status_code == 204
    async with db.write() as session:
        await releasing._tell_of_gone(session)
    await drain_all(db, SUBSCRIPTIONS)
    await releasing.forget(db)
    left = (await dump(db)).splitlines()
    assert not any(row.hash in line or repr(said.sealed) in line for line in left)
    # What was counted keeps an id that leads nowhere any more; it never held the words.
    of_feedback = [line for line in left if line.startswith(("feedback", "outbox"))]
    assert not any(id_ in line for id_ in (row.matter_id.hex, str(row.matter_id)) for line in of_feedback)
    assert list(hold(await on_disk(db), *secrets)) == []
    assert (await thread(visitor, kept))["status"] == "new"


async def test_b8_erased_words_of_a_name_leave_the_files_too(helpdesk: object, db: Database) -> None:
    """Also while another database of the same server is being written: that alone kept dead rows alive once."""
    from feedback.service import person
    from tests.feedback.test_inbox import named

    for number in range(3):  # samples are taken of what differs
        await named(helpdesk, f"{number} aubergines in the lift", contact={"email": "dana@acme.example"})
    await drain_all(db, SUBSCRIPTIONS)  # understood: the words stand with the reading too
    await sampled(db)
    assert list(hold(await on_disk(db), b"aubergines"))
    async with writing_next_door(db):
        async with db.write() as session:
            await person.forget_person(session, "dana@acme.example")
            await releasing._tell_of_gone(session)
        await drain_all(db, SUBSCRIPTIONS)
        await releasing.forget(db)
    assert list(hold(await on_disk(db), b"aubergines")) == []


async def sampled(db: Database) -> None:
    """As autovacuum does at any time: PostgreSQL takes samples of columns, values and all, for its planner."""
    if not db.is_sqlite:
        async with db.engine.connect() as connection:
            await connection.execute(text("ANALYZE"))
            await connection.commit()


@asynccontextmanager
async def writing_next_door(db: Database) -> AsyncIterator[None]:
    """A transaction that has written something, in another database of the same server."""
    if db.is_sqlite:
        yield
        return
    next_door = create_async_engine(db.engine.url.set(database="postgres"))
    async with next_door.connect() as connection:
        await connection.execute(text("SELECT pg_current_xact_id()"))
        yield
    await next_door.dispose()


async def test_b8_while_somebody_still_reads_an_older_state_it_is_tried_again(
    visitor: Visitor, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report or a copy that takes long. What cannot be done yet is not said to be done."""
    monkeypatch.setattr("core.db.READERS_TRIES", 1)
    monkeypatch.setattr("core.postgres.LOCK_SECONDS", 0.05)
    receipt = await post(visitor)
    await release(db)
    async with db.read() as reader:
        await reader.exec(select(Receipt))
        await visitor.http.post("/api/v1/feedback/thread/withdraw", json={"receipt": receipt})
        async with db.write() as session:
            await announce(session, FeedbackRewritten("2026-03-05"))
        await drain_all(db, SUBSCRIPTIONS)
        with pytest.raises(StillSeen):
            await releasing.forget(db)
    async with db.read() as session:
        (left,) = (await session.exec(select(Delivery).where(Delivery.job == "leave_nothing_behind"))).all()
    assert (left.attempts, left.dead, left.cause[:9]) == (1, False, "StillSeen")
    with clock.at(clock.now() + timedelta(minutes=1)):
        await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        assert (await session.exec(select(Delivery))).all() == []


async def test_b7_neither_the_server_nor_a_backup_tells_the_words(
    visitor: Visitor, db: Database, tmp_path: Path
) -> None:
    receipt = await post(visitor)
    await release(db)
    await drain_all(db, SUBSCRIPTIONS)
    await answered(db, "We heard about the zeppelin")
    needles = [one.encode() for one in (WORDS, "zeppelin", receipt, receipts.plain(receipt))]
    everywhere = [*(await files_of_postgres(db, everything=True))] if not db.is_sqlite else []
    assert list(hold([*everywhere, *settings().data_dir.rglob("*")], *needles)) == []  # tables, WAL, temp files, log
    await backup.backup(db, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as copy:
        told = b"".join(copy.read(name) for name in copy.namelist())
    assert b"feedback_message" in b"".join(name.encode() for name in copy.namelist())
    assert not [one for one in needles if one in told]


async def test_a_new_key_seals_all_anew_and_receipts_still_open(
    visitor: Visitor, helpdesk: object, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.feedback.test_inbox import named

    waiting, passed_on = await post(visitor, "still waiting"), await post(visitor)
    await named(helpdesk, contact={"email": "dana@acme.example"}, confidential=True)
    async with db.write() as session:
        await releasing.release(session)  # nothing goes on the day on which it was written
    await release(db)
    later = await post(visitor, "written later")
    await answered(db)
    monkeypatch.setenv("TOUCHSTONE_PREVIOUS_SECRET_KEY", SECRET)
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", "another secret key for tests, just as long")
    settings.cache_clear()
    for expected in (True, False):  # twice: the second time there is nothing left to do
        async with db.write() as session:
            assert bool(await resealing.reseal(session)) is expected
    async with db.read() as session:
        messages = (await session.exec(select(Message))).all()
        authors = [one.sealed_author for one in (await session.exec(select(Feedback))).all()]
    assert messages
    assert all(under_todays_key(one) for one in [*(one.sealed for one in messages), *filter(None, authors)])
    if not db.is_sqlite:
        async with db.engine.connect() as connection:
            written = await connection.execute(text("SELECT DISTINCT xmin::text FROM feedback_message"))
            assert len(written.all()) == 1
    for receipt in (waiting, passed_on, later):
        assert (await visitor.http.post("/api/v1/feedback/thread", json={"receipt": receipt})).status_code == 200
    assert (await thread(visitor, passed_on))["messages"][-1]["text"] == "Thank you, we look into it."
    await release(db)
    assert (await thread(visitor, later))["status"] == "new"
    monkeypatch.delenv("TOUCHSTONE_PREVIOUS_SECRET_KEY")  # the old key is revoked: the words can be read all the same
    settings.cache_clear()
    said = [json.loads(open_sealed(one.sealed))["text"] for one in messages if one.kind == "said"]
    assert WORDS in said


def test_files_hold_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"xx needle xx")
    assert list(hold([tmp_path / "a", tmp_path / "gone"], b"needle", b"other")) == [b"needle"]
    assert b"needle" in files_of(tmp_path)
