"""`POST /hooks/{system}/{hook}`: kept first, answered at once, read by a job."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from core import clock
from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from journeys.models import Hook, HookCall, HookCallState, HookSystem, Ticket, TicketEvent
from journeys.service import hooks
from tests.journeys.story import rows
from web.worker import SUBSCRIPTIONS

MAPPING = """
source = "tower"
[event]
ticket = "case"
[[events]]
name = "state"
event = { at = "at", what = "state", event_id = ["case", "at"] }
[events.meanings]
open = "created"
done = "resolved"
"""
OPENED = {"case": "T-1", "at": "2025-03-03T08:12:00Z", "state": "open"}
HOOK = "/hooks/custom/tower"


@pytest.fixture
async def secret(db: Database) -> str:
    async with db.write() as session:
        return await hooks.add_hook(session, HookSystem.CUSTOM, "tower", MAPPING)


@pytest.fixture
def tower(visitor: Any, secret: str) -> httpx.AsyncClient:
    client: httpx.AsyncClient = visitor.http
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


async def work_done(db: Database) -> None:
    await drain_all(db, SUBSCRIPTIONS)


async def test_a_call_is_kept_then_read_into_a_ticket(db: Database, tower: httpx.AsyncClient) -> None:
    answer = await tower.post(HOOK, json=OPENED)
    assert (answer.status_code, answer.json()) == (202, {"status": "kept"})
    assert [call.state for call in await rows(db, HookCall)] == [HookCallState.NEW]
    await work_done(db)
    (ticket,), (call,) = await rows(db, Ticket), await rows(db, HookCall)
    assert (ticket.source, ticket.key, ticket.state) == ("tower", "T-1", "queue")
    assert (call.state, call.events) == (HookCallState.MAPPED, 1)


async def test_a_call_that_comes_again_changes_nothing(db: Database, tower: httpx.AsyncClient) -> None:
    for _ in range(3):
        await tower.post(HOOK, json=OPENED)
    await work_done(db)
    await work_done(db)
    assert len(await rows(db, TicketEvent)) == 1


async def test_whoever_does_not_know_the_secret_leaves_nothing(db: Database, tower: httpx.AsyncClient) -> None:
    tower.headers["Authorization"] = "Bearer guessed"
    assert (await tower.post(HOOK, json=OPENED)).status_code == 401
    assert (await tower.post("/hooks/custom/other", json=OPENED)).status_code == 404
    assert (await tower.post("/hooks/jira/tower", json=OPENED)).status_code == 404
    assert await rows(db, HookCall) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000])
async def test_what_is_no_json_object_is_refused(db: Database, tower: httpx.AsyncClient, body: bytes) -> None:
    assert (await tower.post(HOOK, content=body)).status_code in (400, 422)
    assert await rows(db, HookCall) == []


async def test_a_payload_the_mapping_cannot_read_is_kept_with_the_reason(
    db: Database, tower: httpx.AsyncClient
) -> None:
    await tower.post(HOOK, json=OPENED | {"state": "parked"})
    await tower.post(HOOK, json=OPENED)
    await work_done(db)
    states = {call.state: call.problems for call in await rows(db, HookCall)}
    assert states[HookCallState.MAPPED] == []
    assert states[HookCallState.REFUSED][0]["field"] == "state: what"


async def test_a_better_mapping_reads_what_was_refused(db: Database, tower: httpx.AsyncClient) -> None:
    await tower.post(HOOK, json=OPENED)
    await tower.post(HOOK, json=OPENED | {"state": "parked", "at": "2025-03-03T09:00:00Z"})
    await work_done(db)
    async with db.write() as session:
        await hooks.change_mapping(session, "custom", "tower", MAPPING + 'parked = "waiting:vendor"\n')
        assert await hooks.replay(session, "custom", "tower") == 2
    await work_done(db)
    (ticket,) = await rows(db, Ticket)
    assert (ticket.state, len(await rows(db, TicketEvent))) == ("waiting", 2)


async def test_the_secret_is_not_in_the_database(db: Database, secret: str) -> None:
    (hook,) = await rows(db, Hook)
    assert secret.encode() not in hook.sealed_secret
    assert secret not in hook.mapping


async def test_a_secret_survives_a_new_key_while_the_old_one_is_named(
    tower: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHSTONE_PREVIOUS_SECRET_KEY", settings().secret_key)
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", "quite another key, as long and as various")
    settings.cache_clear()
    assert (await tower.post(HOOK, json=OPENED)).status_code == 202


async def test_payloads_go_after_their_days_and_the_tickets_stay(db: Database, tower: httpx.AsyncClient) -> None:
    with clock.at(clock.now() - timedelta(days=settings().hook_days + 1)):
        await tower.post(HOOK, json=OPENED)
    await work_done(db)
    assert await rows(db, HookCall) == []
    assert len(await rows(db, Ticket)) == 1


async def test_a_removed_hook_answers_no_more(db: Database, tower: httpx.AsyncClient) -> None:
    await tower.post(HOOK, json=OPENED)
    async with db.write() as session:
        await hooks.remove_hook(session, "custom", "tower")
    await work_done(db)
    assert (await tower.post(HOOK, json=OPENED)).status_code == 404
    assert await rows(db, HookCall) == []
