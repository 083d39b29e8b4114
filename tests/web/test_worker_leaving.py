"""A worker stops when it is told to, whatever it is doing then."""

import asyncio
import signal

import pytest

from web.worker import run_worker


class Leaving:
    """A worker that is told to stop while it takes leave of a Redis that does not answer."""

    def __init__(self) -> None:
        self.loop, self.ctx, self.on_stop = asyncio.new_event_loop(), dict[str, object](), None
        self.main_task = self.loop.create_task(asyncio.sleep(0))
        self.loop.run_until_complete(self.main_task)

    def run(self) -> None:
        assert self.on_stop
        self.on_stop(signal.SIGTERM)
        raise TimeoutError


async def nothing() -> None:
    pass


def test_h2_a_worker_told_to_stop_while_it_takes_leave_of_a_silent_redis_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.worker.logs.configure", lambda: None)
    monkeypatch.setattr("web.worker._greet", nothing)
    monkeypatch.setattr("web.worker._arq_worker", lambda _burst: Leaving())
    monkeypatch.setattr("web.worker._look_alone", lambda: pytest.fail("it goes on"))
    run_worker()
