"""Told to stop: who swallows it once is told again, whether somebody waits for it or not."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from core import waking


async def _deaf_once() -> None:
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(60)
    await asyncio.sleep(60)


async def _told(task: asyncio.Task[None]) -> None:
    waking.insist(task)
    await asyncio.wait([task], timeout=30)


@pytest.mark.parametrize("tell", [waking.ended, _told])
async def test_who_swallows_being_told_to_stop_is_told_again(
    tell: Callable[[asyncio.Task[None]], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "AGAIN_SECONDS", 0.01)
    task = asyncio.create_task(_deaf_once())
    await asyncio.sleep(0)
    await tell(task)
    assert task.cancelled()
