"""Bodies that are too large, too many, too slow or packed: refused early, whatever the door."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest

from core import requests
from core.db import Database
from journeys.models import HookCall, HookSystem
from journeys.service.hooks import add_hook
from surveys.models import Response
from tests.conftest import Visitor
from tests.surveys.story import install, link, rows
from web.builtin import hook_mapping

MEGABYTE = b"x" * 1_000_000
PROGRAMS = ("/api/v1/feedback", "/api/v1/responses", "/hooks/jira/desk")
JSON, FORM = {"content-type": "application/json"}, {"content-type": "application/x-www-form-urlencoded"}


async def test_g2_body_limits(visitor: Visitor, db: Database) -> None:
    """11 MB with a length and without, 1,001 parts: 413, and no more is read than was needed to know."""
    await install(db)
    form = f"/s/{await link(db)}"
    pulled = 0

    async def without_length() -> AsyncIterator[bytes]:
        nonlocal pulled
        for _ in range(100):
            pulled += 1
            yield MEGABYTE

    for path, kind in ((form, FORM), ("/feedback", FORM), ("/api/v1/responses", JSON), ("/api/v1/feedback", JSON)):
        assert (await visitor.http.post(path, content=MEGABYTE * 11, headers=kind)).status_code == 413, path
        pulled = 0
        assert (await visitor.http.post(path, content=without_length(), headers=kind)).status_code == 413, path
        assert pulled <= 11, "what is too large is not read to its end"
    parts = {f"f{number}": (None, "x") for number in range(1_001)}
    for path in (form, "/feedback"):
        assert (await visitor.http.post(path, files=parts)).status_code == 413, path
    assert await rows(db, Response) == []


async def test_g2_a_body_that_trickles_is_given_up(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "SLOWEST_BODY_SECONDS", 0.05)

    async def trickle() -> AsyncIterator[bytes]:
        yield b"text="
        await asyncio.Event().wait()

    for path, kind in (("/feedback", FORM), ("/api/v1/feedback", JSON), ("/hooks/custom/desk", JSON)):
        answer = await asyncio.wait_for(visitor.http.post(path, content=trickle(), headers=kind), 20)
        assert answer.status_code == 408, path
        assert "too long" in answer.text


async def test_g2_a_packed_body_is_unpacked_no_further_than_a_body_may_be_large(visitor: Visitor, db: Database) -> None:
    """A bomb of 16 MB in 16 kB: 413 at every door, known by its first bytes, with memory flat."""
    await install(db)
    bombs = {"gzip": gzip.compress(bytes(16_000_000)), "deflate": zlib.compress(bytes(16_000_000))}
    doors = [(f"/s/{await link(db)}", FORM), ("/feedback", FORM), *((path, JSON) for path in PROGRAMS)]
    for packing, content in bombs.items():
        for path, kind in doors:
            tracemalloc.start()
            answer = await visitor.http.post(path, content=content, headers={**kind, "content-encoding": packing})
            _now, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert answer.status_code == 413, (path, answer.text)
            assert most < 30_000_000, "one body of the largest size allowed, and no copy of the bomb"
    assert await rows(db, Response) == []


async def test_g2_what_vendors_pack_is_read(visitor: Visitor, db: Database) -> None:
    async with db.write() as session:
        secret = await add_hook(session, HookSystem.JIRA, "desk", hook_mapping("jira"))
    proof = {"authorization": f"Bearer {secret}", "content-encoding": "gzip", **JSON}
    body = b'{"webhookEvent": "jira:issue_created"}'
    path, packed = "/hooks/jira/desk", gzip.compress(body)
    assert (await visitor.http.post(path, content=packed, headers=proof)).status_code == 202
    [call] = await rows(db, HookCall)
    assert call.body == body, "kept as it is, so that it can be read again"
    wrong = {"cut off": packed[:-6], "no gzip": body, "followed by more": packed + b"x", "empty": b""}
    for what, content in wrong.items():
        assert (await visitor.http.post(path, content=content, headers=proof)).status_code == 400, what
    other = {**proof, "content-encoding": "br"}
    assert (await visitor.http.post(path, content=body, headers=other)).status_code == 415
    assert len(await rows(db, HookCall)) == 1
