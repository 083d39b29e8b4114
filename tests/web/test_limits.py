"""Bodies that are too large, too many, too slow or packed: refused early, whatever the door."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from core import requests
from core.db import Database
from surveys.models import Response
from tests.conftest import Visitor
from tests.surveys.story import install, link, rows

MEGABYTE = b"x" * 1_000_000
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


async def test_g2_a_packed_body_is_never_unpacked(visitor: Visitor) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    for path, kind in (("/feedback", FORM), ("/api/v1/feedback", JSON), ("/api/v1/responses", JSON)):
        packed = {**kind, "content-encoding": "gzip"}
        assert (await visitor.http.post(path, content=bomb, headers=packed)).status_code == 415, path
