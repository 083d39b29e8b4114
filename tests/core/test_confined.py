"""Work that may take the time and memory of a whole machine takes neither: it is stopped, and the next is done."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.confined import LONG, Unfinished, confined, confinement

MEGABYTE = 1 << 20


def hang() -> None:
    time.sleep(600)


def eat(megabytes: int) -> int:
    return len(bytearray(megabytes * MEGABYTE))


def die() -> None:
    os._exit(9)


def fail() -> None:
    raise ValueError("no")


def own_pid() -> int:
    return os.getpid()


def test_g3_work_has_so_much_time_and_memory_and_no_more() -> None:
    with confinement(most_memory=600 * MEGABYTE):
        assert confined(60, own_pid) != os.getpid()
        for work in (lambda: confined(0.2, hang), lambda: confined(60, eat, 900), lambda: confined(60, die)):
            with pytest.raises(Unfinished):
                work()
        with pytest.raises(ValueError, match="no"):
            confined(60, fail)
        assert confined(60, eat, 10) == 10 * MEGABYTE


def test_what_is_short_does_not_wait_for_what_is_long_nor_does_the_end_of_the_program() -> None:
    with ThreadPoolExecutor() as threads, confinement():
        long = threads.submit(confined, LONG + 1, hang)
        assert confined(60, own_pid) != os.getpid()
        assert not long.done()
    with pytest.raises(Unfinished):
        long.result(0)


def test_without_a_process_of_its_own_it_is_done_in_this_one() -> None:
    assert confined(60, own_pid) == os.getpid()
