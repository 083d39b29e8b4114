"""Which of the waiting messages are released today, and in which order: chance, not time."""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")
LONGEST_WAIT = timedelta(days=2)  # from the day of the message to the day on which it is given to its readers
KEPT_BACK = 0.5  # of those who could go a day earlier


def goes_today(written: date, today: date, drawn: float) -> bool:
    """A message goes on one of the two days after it was written; a coin decides. `drawn`: 0..1."""
    return today - written >= LONGEST_WAIT or (today > written and drawn >= KEPT_BACK)


def shuffled(things: Sequence[T], shuffle: Callable[[list[T]], None] | None = None) -> list[T]:
    mixed = list(things)
    (shuffle or random.SystemRandom().shuffle)(mixed)
    return mixed
