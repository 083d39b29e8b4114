"""Other programs hear of what happened, signed, later if need be; and never from inside our own net."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import time_machine
from sqlmodel import select
from standardwebhooks.webhooks import Webhook

from core.auth.models import Role
from core.clock import now
from core.db import Database
from core.errors import Invalid
from core.outbox import announce, drain_all
from core.webhooks import jobs, sending, service
from core.webhooks.events import WebhookDue
from core.webhooks.models import WebhookEndpoint, WebhookMessage
from core.webhooks.rules import PAUSES, is_public, wrong_with
from surveys.events import ResponseReceived
from tests.conftest import Visitor, _signed_in

WORK: Any = {ResponseReceived: [jobs.note_responses], WebhookDue: [jobs.post_webhooks]}
INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_f5_no_address_of_ours_is_public_in_any_disguise(address: str) -> None:
    assert not is_public(address)


def test_addresses_out_on_the_net_are() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x", "https://localhost/x", "https://127.0.0.1/", "https://2130706433/",
        "https://[::ffff:127.0.0.1]/", "https://u:p@example.com/", "https://169.254.169.254/latest", "ftp://a.b", "",
    ],
)  # fmt: skip
async def test_f5_such_an_address_is_refused_when_it_is_given(db: Database, url: str) -> None:
    assert wrong_with(url)
    with pytest.raises(Invalid):
        async with db.write() as session:
            await service.add_endpoint(session, "crm", url, [])


@pytest.fixture
async def listener() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server on this machine that notes who came."""
    came: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.read(4096))
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], came
    server.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_f5_a_machine_inside_is_never_connected_to(listener: tuple[int, list[bytes]], host: str) -> None:
    port, came = listener
    async with sending.client() as http:
        assert await sending.post(http, f"http://{host}:{port}/", "c2VjcmV0", "m", now(), "{}") == 0
    assert came == []


async def test_f5_a_name_that_leads_elsewhere_the_second_time_gains_nothing(
    listener: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is allowed when it is looked up; the connected socket tells the truth."""
    port, came = listener
    answers = iter([True, False])
    async with sending.client(allowed=lambda _address: next(answers)) as http:
        assert await sending.post(http, f"http://rebinding.localhost:{port}/", "c2VjcmV0", "m", now(), "{}") == 0
    assert came in ([], [b""])


async def test_f5_a_redirect_is_not_followed(listener: tuple[int, list[bytes]]) -> None:
    port, came = listener
    async with sending.client(allowed=lambda _address: True) as http:
        assert await sending.post(http, f"http://127.0.0.1:{port}/", "c2VjcmV0", "m", now(), "{}") == 302
    assert len(came) == 1


# ---- telling ----


class Program:
    """Another program that hears, and answers as told."""

    def __init__(self, status: int = 200) -> None:
        self.status, self.heard = status, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self.status)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    made = Program()
    build: Callable[[], httpx.AsyncClient] = lambda: httpx.AsyncClient(transport=httpx.MockTransport(made))  # noqa: E731
    monkeypatch.setattr(jobs, "client", build)
    return made


async def happen(db: Database, id_: str | None = None) -> str:
    id_ = id_ or str(uuid4())
    async with db.write() as session:
        await announce(session, ResponseReceived(id_))
    return id_


async def subscribe(db: Database, *events: str) -> str:
    async with db.write() as session:
        return await service.add_endpoint(session, "crm", "https://crm.example.com/hook", events)


async def test_a_program_hears_once_signed_and_without_words(db: Database, program: Program) -> None:
    secret = await subscribe(db)
    id_ = await happen(db)
    await drain_all(db, WORK)
    await happen(db, id_)  # the same fact again
    await drain_all(db, WORK)
    first = program.heard[0]
    told = Webhook(secret).verify(first.content, dict(first.headers))
    assert (told["type"], told["data"]) == ("response.finished", {"id": id_})
    assert len({one.headers["webhook-id"] for one in program.heard}) == len(program.heard)


async def test_only_what_was_asked_for_is_told(db: Database, program: Program) -> None:
    await subscribe(db, "moment.found")
    await happen(db)
    await drain_all(db, WORK)
    assert program.heard == []


async def test_h13_a_program_that_fails_is_tried_for_days_then_waits_for_a_person(
    db: Database, program: Program
) -> None:
    await subscribe(db)
    await happen(db)
    program.status = 500
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(len(PAUSES) + 3):
            await drain_all(db, WORK)
            clock.shift(timedelta(hours=25))
        assert len(program.heard) == len(PAUSES) + 1
        assert len({one.headers["webhook-id"] for one in program.heard}) == 1
        async with db.write() as session:
            [endpoint] = (await session.exec(select(WebhookEndpoint))).all()
            assert (endpoint.failures, endpoint.last_status) == (len(PAUSES) + 1, 500)
            program.status = 204
            assert await service.replay(session, "crm") == 1
        await drain_all(db, WORK)
    async with db.read() as session:
        assert (await session.exec(select(WebhookMessage))).all() == []
        [endpoint] = (await session.exec(select(WebhookEndpoint))).all()
        assert (endpoint.failures, endpoint.last_status) == (0, 204)


async def test_an_administrator_looks_after_endpoints_and_nobody_else_does(
    db: Database, site: httpx.ASGITransport, alice: Visitor
) -> None:
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    token = {"_csrf_token": ada.http.cookies.get("csrftoken") or ""}
    assert (await alice.http.get("/webhooks")).status_code == 403
    inside = await ada.http.post("/webhooks", data=token | {"name": "crm", "url": "https://10.0.0.7/hook"})
    assert inside.status_code == 422
    assert "10.0.0.7" in inside.text  # what was typed is still there
    made = await ada.http.post("/webhooks", data=token | {"name": "crm", "url": "https://crm.example.com/hook"})
    [secret] = re.findall(r"whsec_[\w+/=]+", made.text)
    assert secret not in (await ada.http.get("/webhooks")).text
    assert (await ada.http.post("/webhooks/crm/pause", data=token)).status_code == 303
    await note(db)
    assert await messages(db) == []
    assert (await ada.http.post("/webhooks/crm/resume", data=token)).status_code == 303
    await note(db)
    assert len(await messages(db)) == 1
    assert (await ada.http.post("/webhooks/crm/test", data=token)).status_code == 303
    assert sorted(one.event for one in await messages(db)) == ["moment.found", "webhook.test"]
    assert (await ada.http.post("/webhooks/crm/explode", data=token)).status_code == 404
    assert (await ada.http.post("/webhooks/crm/remove", data=token)).status_code == 303
    assert await messages(db) == []
    await ada.http.aclose()


async def note(db: Database) -> None:
    async with db.write() as session:
        await service.tell(session, "moment.found", ["a-moment"])


async def messages(db: Database) -> list[WebhookMessage]:
    async with db.read() as session:
        return list((await session.exec(select(WebhookMessage))).all())
