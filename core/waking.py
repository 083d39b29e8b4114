"""Whoever drains is woken after a commit that announced something. A wake-up that is lost costs time, never a fact."""

import asyncio
from collections.abc import Callable
from typing import Any

AGAIN_SECONDS = 1.0

_listeners: list[Callable[[], None]] = []


def on_wake(listener: Callable[[], None]) -> Callable[[], None]:
    """Whoever drains gives a call that wakes it, such as `asyncio.Event.set`; returns how to leave again."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def wake() -> None:
    for listener in _listeners:
        listener()


async def ended(task: asyncio.Task[Any]) -> None:
    """Told to stop until it does: a driver in the middle of a statement may swallow being told."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN_SECONDS)


def insist(task: asyncio.Task[Any]) -> None:
    """As `ended`, for who cannot wait. What every command to Redis waits with may swallow it (CPython 86296)."""
    if not task.done():
        task.cancel()
        task.get_loop().call_later(AGAIN_SECONDS, insist, task)


def stop(task: asyncio.Task[Any], ctx: dict[str, Any]) -> None:
    """Insists, and leaves word: the task may be over already, and its worker be taking leave of a silent Redis."""
    ctx["told"] = True
    insist(task)
