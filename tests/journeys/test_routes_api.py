"""`POST /api/v1/tickets/events`: what another program may send, and what it hears of it."""

import json
from typing import Any

import httpx
import pytest

from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from journeys.models import Customer, Person, Ticket, TicketEvent
from tests.journeys.story import as_json, event, record, rows

EVENTS = "/api/v1/tickets/events"


@pytest.fixture
async def acme_desk(db: Database, helpdesk: httpx.AsyncClient) -> httpx.AsyncClient:
    """A program that may write for `acme` alone."""
    async with db.write() as session:
        token = await auth.add_token(session, "acme desk", Role.INTEGRATION, ["acme"])
    helpdesk.headers["Authorization"] = f"Bearer {token}"
    return helpdesk


async def test_it_takes_one_event(db: Database, helpdesk: httpx.AsyncClient) -> None:
    answer = await helpdesk.post(EVENTS, json=as_json(event("created")))
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "duplicate": 0, "rejected": []})
    assert len(await rows(db, TicketEvent)) == 1


async def test_it_takes_a_list_and_lines(helpdesk: httpx.AsyncClient) -> None:
    life = [as_json(event("created")), as_json(event("resolved", 2))]
    assert (await helpdesk.post(EVENTS, json=life)).json()["accepted"] == 2
    lines = "\n".join(json.dumps(as_json(event("updated", n))) for n in range(3))
    answer = await helpdesk.post(EVENTS, content=lines, headers={"Content-Type": "application/x-ndjson"})
    assert answer.json()["accepted"] == 3


async def test_it_takes_more_lines_than_a_list_may_hold(db: Database, helpdesk: httpx.AsyncClient) -> None:
    lines = "\n".join(json.dumps(as_json(event("updated", n))) for n in range(1500))
    answer = await helpdesk.post(EVENTS, content=lines, headers={"Content-Type": "application/x-ndjson"})
    assert answer.json()["accepted"] == 1500
    assert (await rows(db, Ticket))[0].flow["events"] == 1500


async def test_the_same_again_is_duplicate(helpdesk: httpx.AsyncClient) -> None:
    await helpdesk.post(EVENTS, json=as_json(event("created")))
    answer = await helpdesk.post(EVENTS, json=[as_json(event("created")), as_json(event("resolved", 2))])
    assert answer.json() == {"accepted": 1, "duplicate": 1, "rejected": []}


async def test_wrong_events_are_named_and_the_others_taken(db: Database, helpdesk: httpx.AsyncClient) -> None:
    wrong = as_json(event("created"), at="2025-03-03T08:00:00", type="solved")
    answer = await helpdesk.post(EVENTS, json=[as_json(event("created")), wrong])
    rejected = answer.json()["rejected"]
    assert (answer.status_code, answer.json()["accepted"], rejected[0]["index"]) == (202, 1, 1)
    assert {error["field"] for error in rejected[0]["errors"]} == {"at", "type"}
    assert len(await rows(db, TicketEvent)) == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"\xff\xfe", 422),
        (b"[" * 5000 + b"]" * 5000, 422),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, 422),
        (json.dumps(as_json(event("created", ticket="T\0"))).encode(), 422),
        (json.dumps([as_json(event("created"))] * 1001).encode(), 422),
        (b"[" + b" " * 12_000_000 + b"]", 413),
    ],
    ids=["empty", "broken", "bytes", "deep list", "deep object", "NUL", "1,001 events", "12 MB"],
)
async def test_what_cannot_be_read_is_refused_and_nothing_is_stored(
    db: Database, helpdesk: httpx.AsyncClient, content: bytes, status: int
) -> None:
    answer = await helpdesk.post(EVENTS, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert list(await rows(db, TicketEvent)) == []


# ---- who may ----


async def test_nobody_may_without_a_token(db: Database, visitor: Any) -> None:
    assert (await visitor.http.post(EVENTS, json=as_json(event("created")))).status_code == 401
    visitor.http.headers["Authorization"] = "Bearer guessed"
    assert (await visitor.http.post(EVENTS, json=as_json(event("created")))).status_code == 401
    assert list(await rows(db, TicketEvent)) == []


async def test_a_manager_may_not(alice: Any) -> None:
    assert (await alice.http.post(EVENTS, json=as_json(event("created")))).status_code == 403


async def test_a_token_for_some_customers_writes_for_these_only(db: Database, acme_desk: httpx.AsyncClient) -> None:
    foreign = as_json(event("created", ticket="T-2", customer="globex"))
    unsaid = as_json(event("created", ticket="T-3")) | {"customer": None}
    answer = await acme_desk.post(EVENTS, json=[as_json(event("created")), foreign, unsaid])
    assert answer.json()["accepted"] == 1
    assert [(one["index"], one["errors"][0]["field"]) for one in answer.json()["rejected"]] == [
        (1, "customer"),
        (2, "customer"),
    ]
    assert [one.key for one in await rows(db, Customer)] == ["acme"]


async def test_a_token_cannot_take_over_the_tickets_and_people_of_others(
    db: Database, acme_desk: httpx.AsyncClient
) -> None:
    await record(db, event("created", customer="globex"))
    taken = as_json(event("resolved", 5), requester={"key": "mallory", "email": "mallory@acme.example"})
    moved = as_json(event("created", 5, ticket="T-2"), requester={"key": "alice", "email": "mallory@acme.example"})
    answer = await acme_desk.post(EVENTS, json=[taken, moved])
    assert [one["errors"][0]["field"] for one in answer.json()["rejected"]] == ["ticket", "requester.key"]
    assert [one.email for one in await rows(db, Person)] == ["alice@acme.example"]
    assert len(await rows(db, Ticket)) == 1


async def test_the_api_document_says_what_it_takes(helpdesk: httpx.AsyncClient) -> None:
    document = (await helpdesk.get("/api/openapi.json")).json()
    operation = document["paths"][EVENTS]["post"]
    one, several = operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert several["maxItems"] == 1000
    assert (await helpdesk.post(EVENTS, json=one["examples"][0])).json()["accepted"] == 1
    assert "202" in operation["responses"]
