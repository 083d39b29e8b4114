from typing import Any

import httpx
import pytest
from sqlmodel import select

from core.auth.models import Role
from core.auth.service import add_token
from core.db import Database
from core.outbox import Fact
from feedback.models import Feedback
from tests.conftest import Visitor

pytestmark = pytest.mark.usefixtures("places")

BODY: dict[str, Any] = {"text": "审批太慢了", "kind": "complaint", "anonymous": False}


async def count(db: Database) -> int:
    async with db.read() as session:
        rows, facts = (await session.exec(select(Feedback))).all(), (await session.exec(select(Fact))).all()
    assert len(rows) == len(facts)
    return len(rows)


async def post(who: Visitor | httpx.AsyncClient, **body: Any) -> httpx.Response:
    http = who.http if isinstance(who, Visitor) else who
    return await http.post("/api/v1/feedback", json=BODY | body)


def fields(response: httpx.Response) -> set[str]:
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return {error["field"] for error in response.json()["errors"]}


async def test_anybody_may_say_something(visitor: Visitor, db: Database) -> None:
    response = await post(visitor, service="vpn", touchpoint="approval", submission_key="a1")
    assert response.status_code == 201
    assert list(response.json()) == ["id"]
    assert "set-cookie" not in response.headers
    assert await count(db) == 1


async def test_a_program_may_say_it_for_a_customer(helpdesk: httpx.AsyncClient, alice: Visitor) -> None:
    contact = {"name": "Dana", "email": "dana@acme.example"}
    assert (await post(helpdesk, customer="acme", contact=contact)).status_code == 201
    (item,) = (await alice.http.get("/api/v1/feedback")).json()["items"]
    assert (item["customer"], item["contact"], item["text"]) == ("acme", contact, "审批太慢了")


async def test_a_retry_is_answered_with_the_same_id(visitor: Visitor, db: Database) -> None:
    first, again = await post(visitor, submission_key="a1"), await post(visitor, submission_key="a1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert await count(db) == 1


async def test_other_words_under_the_same_key_conflict(visitor: Visitor, db: Database) -> None:
    await post(visitor, submission_key="a1")
    response = await post(visitor, submission_key="a1", text="审批很快")
    assert response.status_code == 409
    assert response.json()["title"] == "Conflict"
    assert await count(db) == 1


async def test_without_a_key_every_message_is_a_new_one(visitor: Visitor, db: Database) -> None:
    await post(visitor)
    await post(visitor)
    assert await count(db) == 2


async def test_whether_it_is_anonymous_has_to_be_said(visitor: Visitor, db: Database) -> None:
    response = await visitor.http.post("/api/v1/feedback", json={"text": "x", "kind": "question"})
    assert response.status_code == 422
    assert "anonymous" in response.text
    assert await count(db) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": 5},
        {"text": "x" * 10_001},
        {"kind": "rant"},
        {"functional": 0},
        {"functional": 4.5},
        {"satisfaction": 6},
        {"service": "fax"},
        {"touchpoint": "moon"},
        {"submission_key": ""},
        {"contact": {"email": "nobody"}},
        {"contact": {"phone": "1"}},
        {"id": "00000000-0000-0000-0000-000000000000"},
        {"received_at": "2020-01-01T00:00:00Z"},
        {"author_name": "Dana"},
    ],
)
async def test_it_refuses_what_is_not_in_the_contract(visitor: Visitor, db: Database, wrong: dict[str, Any]) -> None:
    response = await post(visitor, **wrong)
    assert response.status_code == 422
    assert response.json()["errors"]
    assert await count(db) == 0


async def test_nobody_but_a_program_names_the_customer(visitor: Visitor, alice: Visitor, db: Database) -> None:
    assert fields(await post(visitor, customer="acme")) == {"customer"}
    assert fields(await post(alice, customer="acme")) == {"customer"}
    assert fields(await post(visitor, channel="phone")) == {"channel"}
    assert await count(db) == 0


async def test_a_program_writes_for_its_own_customers_only(visitor: Visitor, db: Database) -> None:
    async with db.write() as session:
        token = await add_token(session, "acme-desk", Role.INTEGRATION, ["acme"])
    visitor.http.headers["Authorization"] = f"Bearer {token}"
    assert fields(await post(visitor, customer="globex")) == {"customer"}
    assert (await post(visitor, customer="acme")).status_code == 201


async def say(helpdesk: httpx.AsyncClient, customer: str, *texts: str) -> None:
    for text in texts:
        assert (await post(helpdesk, customer=customer, text=text)).status_code == 201


async def texts(reader: Visitor, cursor: str = "") -> list[str]:
    response = await reader.http.get("/api/v1/feedback", params={"cursor": cursor} if cursor else {})
    assert response.status_code == 200
    return [item["text"] for item in response.json()["items"]]


async def test_a_manager_reads_her_own_customers_only(
    helpdesk: httpx.AsyncClient, alice: Visitor, bob: Visitor, charlie: Visitor
) -> None:
    await say(helpdesk, "acme", "first", "second")
    await say(helpdesk, "globex", "other")
    assert await texts(alice) == await texts(bob) == ["second", "first"]
    assert await texts(charlie) == ["other"]


async def test_feedback_of_no_customer_is_for_admins_only(
    visitor: Visitor, alice: Visitor, charlie: Visitor, db: Database
) -> None:
    await post(visitor, text="from nowhere")
    assert await texts(alice) == await texts(charlie) == []
    async with db.write() as session:
        visitor.http.headers["Authorization"] = f"Bearer {await add_token(session, 'boss', Role.ADMIN, [])}"
    assert await texts(visitor) == ["from nowhere"]


async def test_strangers_and_programs_read_nothing(visitor: Visitor, helpdesk: httpx.AsyncClient) -> None:
    assert (await visitor.http.get("/api/v1/feedback")).status_code == 401
    assert (await helpdesk.get("/api/v1/feedback")).status_code == 403


async def test_the_list_goes_on_where_it_stopped(
    helpdesk: httpx.AsyncClient, alice: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.routes.common.PAGE", 2)
    await say(helpdesk, "acme", *"abcd")
    seen, cursor = [], ""
    while True:
        page = (await alice.http.get("/api/v1/feedback", params={"cursor": cursor})).json()
        seen.append([item["text"] for item in page["items"]])
        await say(helpdesk, "acme", "newer")  # what comes in between shifts nothing
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [["d", "c"], ["b", "a"]]


async def test_a_made_up_cursor_is_refused(alice: Visitor) -> None:
    response = await alice.http.get("/api/v1/feedback", params={"cursor": "' OR 1=1 --"})
    assert fields(response) == {"cursor"}
