"""An answer is stored once, with its fact, in one commit, however many arrive at once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from core.db import Database
from core.errors import Busy, Conflict, NotFound
from core.outbox import Fact
from core.settings import settings
from surveys.models import Invitation, Response
from surveys.schemas import Receipt, Submission
from tests.surveys.story import link, reply, rows

SAID: dict[str, Any] = {"functional": 2, "comment": "slow"}


def submission(key: str = "k", **said: Any) -> Submission:
    return Submission(key, "en", SAID | said)


async def facts(db: Database) -> list[dict[str, Any]]:
    async with db.read() as session:
        return list((await session.exec(select(Fact.data).where(Fact.name == "ResponseReceived"))).all())


async def test_a_response_and_its_fact_come_together(db: Database, survey: None) -> None:
    receipt = await reply(db, await link(db), submission())
    [response] = await rows(db, Response)
    [invitation] = await rows(db, Invitation)
    assert await facts(db) == [{"response_id": str(response.id)}]
    assert (receipt.confirmation, receipt.new) == (response.confirmation, True)
    assert invitation.answered_at == response.received_at
    assert (response.ticket_id, response.person_id) == (invitation.ticket_id, invitation.person_id)


async def test_when_the_fact_cannot_be_written_nothing_is(db: Database, survey: None) -> None:
    token = await link(db)
    await run(db, "ALTER TABLE outbox RENAME COLUMN name TO gone")
    with pytest.raises((DBAPIError, Busy)):
        await reply(db, token, submission())
    await run(db, "ALTER TABLE outbox RENAME COLUMN gone TO name")
    assert await rows(db, Response) == []
    assert [one.answered_at for one in await rows(db, Invitation)] == [None]
    assert (await reply(db, token, submission())).new


async def run(db: Database, statement: str) -> None:
    async with db.write() as session:
        await (await session.connection()).exec_driver_sql(statement)


async def test_the_same_form_many_times_at_once_is_one_response(db: Database, survey: None) -> None:
    """Two processes, sixteen requests: one is new, all are given one confirmation."""
    token, other = await link(db), Database(settings().database_url)
    try:
        receipts = await asyncio.gather(*(reply(one, token, submission()) for one in (db, other) * 8))
    finally:
        await other.close()
    assert sum(receipt.new for receipt in receipts) == 1
    assert len({receipt.confirmation for receipt in receipts}) == 1
    assert len(await rows(db, Response)) == 1
    assert len(await facts(db)) == 1


async def test_different_answers_at_once_leave_exactly_one(db: Database, survey: None) -> None:
    token, other = await link(db), Database(settings().database_url)
    wanted = [submission(f"k{number}", functional=number % 5 + 1) for number in range(12)]
    try:
        calls = [reply(one, token, said) for one, said in zip((db, other) * 6, wanted, strict=True)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    finally:
        await other.close()
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 11
    [response] = await rows(db, Response)
    assert outcomes[int(response.submission_key[1:])].confirmation == response.confirmation  # type: ignore[union-attr]


async def test_a_guess_is_refused_before_anything_is_locked(db: Database, survey: None) -> None:
    async with db.write():
        with pytest.raises(NotFound):
            await asyncio.wait_for(reply(db, "guess", submission()), 2)


async def test_confirmations_are_spread_and_easy_to_read_out(db: Database, survey: None) -> None:
    made = [(await reply(db, await link(db, f"INC-{n}"), submission())).confirmation for n in range(10)]
    assert len(set(made)) == 10
    assert all(len(one) == 14 and one.replace("-", "").isdecimal() for one in made)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_connections_in_hand_that_the_server_ended_are_replaced(db: Database, survey: None) -> None:
    """Also where all of them died at once, and a look finds one of them first."""
    tokens = [await link(db, f"INC-{n}") for n in range(8)]
    assert all(one.new for one in await asyncio.gather(*(reply(db, token, submission()) for token in tokens[:4])))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    await run(db, f"{others} AND datname = current_database()")
    assert all(one.new for one in await asyncio.gather(*(reply(db, token, submission()) for token in tokens[4:])))
    assert len(await rows(db, Response)) == 8
