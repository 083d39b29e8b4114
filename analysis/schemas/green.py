"""Agreed times kept, and people still unhappy; and what all of it costs people in time."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Kept:
    """One service. `measured`: tickets of which it is known whether the agreed time was kept, `kept`: the share that
    were. `answers`: about kept ones; `red`: the share of these that are red. None: too few."""

    service: str
    measured: int
    kept: Share
    answers: int | None
    red: Share | None

    @property
    def watermelon(self) -> bool:
        """Green outside, red inside: kept in nine of ten, and surely more than one in five unhappy."""
        return self.kept.value >= GREEN and self.red is not None and self.red.low > RED

    @property
    def surely_none(self) -> bool:
        return self.kept.value < GREEN or (self.red is not None and self.red.high <= RED)


@dataclass(frozen=True)
class Unhappy:
    """Of answers about tickets in time: how many, how many of them red, and of how many people. Before the gate."""

    answers: int = 0
    red: int = 0
    people: int = 0


@dataclass(frozen=True)
class Told:
    """By service, and of all services together, where somebody may have told of several."""

    whole: Unhappy
    services: Mapping[str, Unhappy]


NOBODY = Unhappy()
GREEN, RED = 0.9, 0.2
UNHAPPY = 50.0  # satisfaction below it, of 100


@dataclass(frozen=True)
class Lost:
    """People's own time at one touchpoint: minutes a case, with interval, answers, tickets, and hours of all tickets
    if they are like those that were answered."""

    touchpoint: str
    minutes: Share
    answers: int
    tickets: int | None
    hours: Share | None


@dataclass(frozen=True)
class GreenReport:
    whole: Kept | None
    services: tuple[Kept, ...]
    lost: tuple[Lost, ...]
