"""Work on what people wrote, in a process that may be killed: so much time, so much memory, and no more.

No text should be able to hold a tokenizer for an hour or eat the machine; where one can all the same, the process that
reads it dies, and nothing else. It is also another core than the one that answers people.
"""

import logging
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Made = TypeVar("Made")

MOST_MEMORY = 3 << 30  # bytes of addresses; a reading worker takes a fifth of it
LONG = 120.0  # seconds: what may take longer has a process of its own, so that nothing short waits behind it
_pools: list[tuple[ProcessPool, ProcessPool]] = []
_under_way: set[Future[Any]] = set()


class Unfinished(Exception):
    """The work took more time or memory than it was given, or its process died. Nothing came of it."""


@contextmanager
def confinement(most_memory: int = MOST_MEMORY) -> Iterator[None]:
    """While this is open `confined` work has processes of its own, which are started with the first of it."""
    pools = _pool(most_memory), _pool(most_memory)
    _pools.append(pools)
    try:
        yield
    finally:
        _pools.remove(pools)
        for waited_for in list(_under_way):
            waited_for.cancel()  # its thread would wait forever, and the program for its thread
        for pool in pools:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _pool(most_memory: int) -> ProcessPool:
    return ProcessPool(
        max_workers=1,
        initializer=_confine,
        initargs=(most_memory,),
        context=multiprocessing.get_context("spawn"),  # a fork would inherit connections and threads
    )


def confined(seconds: float, work: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs) -> Made:
    """What `work` makes; waits, so it belongs into a thread. Without confinement it is done right here.

    Raises `Unfinished`, or what `work` raises.
    """
    if not _pools:
        return work(*args, **kwargs)
    future = _pools[-1][seconds > LONG].schedule(work, args=args, kwargs=kwargs, timeout=seconds)
    _under_way.add(future)
    try:
        made: Made = future.result()
    except (TookTooLong, ProcessExpired, MemoryError, CancelledError) as stopped:
        log.warning("work was stopped: %s", type(stopped).__name__)
        raise Unfinished from stopped
    finally:
        _under_way.discard(future)
    return made


def _confine(most_memory: int) -> None:
    if sys.platform == "linux":  # others have no such limit, or do not keep it
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
