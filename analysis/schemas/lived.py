"""What one person lived through, as moments of truth are found from it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Visit(Struct, frozen=True, array_like=True, gc=False):
    """A visit to a touchpoint, answered or not; `touchpoint` "" is the end of a journey, its score the whole's.

    `day` since 1970-01-01 UTC, `score` 1 to 5, None where nothing was said. `journey` numbers the person's matters.
    `key` orders what happened at the same time.
    """

    day: float
    key: str
    journey: int
    touchpoint: str
    score: float | None = None
    repaired: bool = False
    customer: str = ""
    persona: str = ""
    service: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A voice of a person: scores 1 to 5. `overall`: of the whole matter. `repaired`: the provider came back to it.

    `journey`: the name of the journey that it belongs to, where its source says so.
    """

    id: UUID
    at: datetime
    ticket_id: UUID | None
    touchpoint: str
    score: float | None
    overall: float | None
    customer: str
    service: str
    channel: str
    repaired: bool = False
    persona: str = ""
    journey: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """A ticket of a person and the touchpoint that it is a visit to. `over_at` None: open."""

    id: UUID
    opened_at: datetime
    over_at: datetime | None
    matter: str
    touchpoint: str
    customer: str
    service: str
    channel: str
    first_over_at: datetime | None = None  # before it was reopened
