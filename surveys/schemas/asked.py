"""What response rates are made of."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class AskedKey(NamedTuple):
    """`month`: its first day. `outcome`: "asked", or the reason why not."""

    month: date
    service: str
    customer: str
    outcome: str


class Decision(NamedTuple):
    """An invitation, with the keys of its ticket's service and customer; neither asked nor with a reason: planned."""

    id: UUID
    asked: bool
    reason: str | None
    decided_at: datetime
    answered_at: datetime | None
    counted_as: bytes | None
    service: str | None
    customer: str | None
