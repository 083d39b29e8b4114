from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Signed:
    """A message whose author signed it with an address that anybody may read; `into_id`: it is dealt with together
    with that one. Keys "" where unknown."""

    id: UUID
    kind: str
    at: datetime
    text: str
    channel: str
    name: str
    address: str
    state: str
    service: str
    customer: str
    touchpoint: str
    into_id: UUID | None = None


@dataclass(frozen=True)
class Turn:
    """What was said further: to the author, or by them."""

    feedback: UUID
    kind: str
    day: date
    text: str
