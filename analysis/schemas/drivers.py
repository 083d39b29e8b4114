"""Which touchpoints move the satisfaction with the whole: what a page shows of it."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What can be said. `quiet`: nobody is asked about the whole, or too few who may be shown answered."""

    RANKED = "ranked"
    UNRANKED = "unranked"
    NONE = "none"
    SMALL = "small"
    QUIET = "quiet"


@dataclass(frozen=True)
class Bounds:
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class DriverLine:
    """`share`: of all that is explained, 0..1. `places`: between which places its rank lies. `penalty`, `reward`: what
    the whole (1 to 5) loses at low and wins at high ratings, against middling ones."""

    touchpoint: str
    n: int
    share: Bounds
    places: tuple[int, int]
    sign: str
    correlation: Bounds
    penalty: Bounds | None
    reward: Bounds | None
    kind: str


@dataclass(frozen=True)
class Turned:
    """In `service` one touchpoint matters more than another, elsewhere less; without `below`: with another sign."""

    service: str
    above: str
    below: str | None
    elsewhere: str


@dataclass(frozen=True)
class DriversShown:
    """`few`: touchpoints that too few people rated. `needed`: journeys without which nothing can be ranked."""

    standing: Standing
    journeys: int | None = None
    explained: float | None = None
    by_chance: float | None = None
    lines: tuple[DriverLine, ...] = ()
    first: tuple[str, ...] = ()
    turned: tuple[Turned, ...] = ()
    few: tuple[str, ...] = ()
    needed: int | None = None
