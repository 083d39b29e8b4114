"""Whoever drains is woken after a commit that announced something. A wake-up that is lost costs time, never a fact."""

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def on_wake(listener: Callable[[], None]) -> Callable[[], None]:
    """Whoever drains gives a call that wakes it, such as `asyncio.Event.set`; returns how to leave again."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def wake() -> None:
    for listener in _listeners:
        listener()
