"""The database cannot take an answer for a while: the person is told, and what they wrote stays in the form."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core import recorder
from core.clock import now
from core.db import Database
from core.outbox import Event, announce
from surveys.models import Invitation, Response
from surveys.service import answering
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


async def make_full(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite refuses for real once its file may not grow; PostgreSQL's refusal is put in its place."""
    if db.is_sqlite:
        async with db.write() as session:
            await (await session.connection()).execute(text("PRAGMA max_page_count=1"))
        with pytest.raises(OperationalError, match="full"):
            await fill(db)
        return

    async def refuse(*_args: Any, **_more: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("could not extend file: No space left on device"))

    monkeypatch.setattr(answering, "announce", refuse)


async def make_room(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    if db.is_sqlite:
        async with db.write() as session:
            await (await session.connection()).execute(text("PRAGMA max_page_count=1073741823"))


async def test_h10_a_full_disk_keeps_the_words_in_the_form_and_recovers_alone(
    db: Database, visitor: Visitor, survey: None
) -> None:
    token = await link(db)
    with pytest.MonkeyPatch.context() as patch:
        await make_full(db, patch)
        refused = await visitor.http.post(f"/s/{token}", data=FORM)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert WORDS.strip() in refused.text
        assert 'value="k"' in refused.text
        assert await rows(db, Response) == []
        assert [one.answered_at for one in await rows(db, Invitation)] == [None]
        await make_room(db, patch)
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
