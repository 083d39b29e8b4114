"""The database cannot take an answer for a while: the person is told, and what they wrote stays in the form."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy.exc import OperationalError

from core import recorder
from core.clock import now
from core.db import Database
from core.outbox import Event, announce
from surveys.models import Invitation, Response
from tests.conftest import Visitor
from tests.surveys.story import link, rows


@dataclass(frozen=True)
class Filler(Event):
    final: ClassVar[bool] = True
    at: str


WORDS = "The printer has been broken since Tuesday. " * 40
FORM = {"functional": "2", "comment": WORDS.strip(), "submission_key": "k", "language": "en"}


async def fill(db: Database) -> None:
    while True:
        async with db.write() as session:
            await announce(session, Filler("x"), not_before=now() + timedelta(days=1))


FULL = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$""",
    "CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()",
)
ROOM = ("DROP TRIGGER refuse ON outbox", "DROP FUNCTION refuse")


async def make_full(db: Database) -> None:
    """SQLite refuses for real once its file may not grow; PostgreSQL is made to say what it then says."""
    await run(db, *(["PRAGMA max_page_count=1"] if db.is_sqlite else FULL))
    if db.is_sqlite:
        with pytest.raises(OperationalError, match="full"):
            await fill(db)


async def make_room(db: Database) -> None:
    await run(db, *(["PRAGMA max_page_count=1073741823"] if db.is_sqlite else ROOM))


async def run(db: Database, *statements: str) -> None:
    async with db.write() as session:
        for statement in statements:
            await (await session.connection()).exec_driver_sql(statement)


async def test_h10_a_full_disk_keeps_the_words_in_the_form_and_recovers_alone(
    db: Database, visitor: Visitor, survey: None
) -> None:
    token = await link(db)
    await make_full(db)
    refused = await visitor.http.post(f"/s/{token}", data=FORM)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert WORDS.strip() in refused.text
    assert 'value="k"' in refused.text
    assert await rows(db, Response) == []
    assert [one.answered_at for one in await rows(db, Invitation)] == [None]
    await make_room(db)
    assert (await visitor.http.post(f"/s/{token}", data=FORM)).status_code == 200
    assert len(await rows(db, Response)) == 1


async def test_too_many_at_once_are_told_when_to_come_again(
    db: Database, visitor: Visitor, survey: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await link(db)
    monkeypatch.setattr(recorder, "MOST_WAITING", 0)
    said = {"token": token, "submission_key": "k", "answers": {"functional": 2}}
    refused = await visitor.http.post("/api/v1/responses", json=said)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert refused.headers["content-type"].startswith("application/problem+json")
    monkeypatch.undo()
    assert (await visitor.http.post("/api/v1/responses", json=said)).status_code == 201
