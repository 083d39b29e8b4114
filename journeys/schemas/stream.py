"""The value stream as it was walked: where tickets go, how long nobody takes them up, where they come back."""

from msgspec import Struct

OPENED, RESOLVED, NOBODY, OTHERS = "*opened", "*resolved", "", "*others"
"""Steps that are no group: the beginning, the end, tickets that no group has, and groups too small to be shown."""


class Step(Struct, frozen=True):
    """A group of people that tickets come to. `visits` of `tickets`, `again` of which came more than once; hours."""

    group: str
    tickets: int
    visits: int
    again: int
    active: float
    waiting: float
    queue: float

    @property
    def hours(self) -> float:
        return self.active + self.waiting + self.queue


class Passage(Struct, frozen=True):
    """From one step to another. `back`: to where the ticket was before. `hours`: until somebody took it up there, on
    the mean."""

    source: str
    target: str
    times: int
    back: bool
    hours: float


class Stream(Struct, frozen=True):
    """Steps in the order in which tickets usually come to them. `efficiency`: active of all open time, pooled."""

    tickets: int
    steps: tuple[Step, ...]
    passages: tuple[Passage, ...]
    reopened: int
    returned: int
    unowned: int
    efficiency: float | None
