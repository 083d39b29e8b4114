"""Tickets as parts of one matter of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journeys.schemas.flow import TicketFlow


@dataclass(frozen=True)
class MatterTicket:
    """A ticket as its requester lived it; keys, "" where unknown. Nothing in it leads to who worked on it.

    `place`: what the ticket says of where its requester stood. `linked`: a key that linked tickets share.
    """

    id: UUID
    number: str
    kind: str
    summary: str
    service: str
    customer: str
    place: Mapping[str, str]
    requester_id: UUID | None
    opened_at: datetime
    over_at: datetime | None
    sla_met: bool | None
    linked: str
    flow: TicketFlow
