"""What a survey has to do with a ticket, as far as it may be told of one person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AskedAbout:
    """Somebody was asked. Whether they answered is not told. `survey`: its title by language."""

    ticket_id: UUID
    survey: dict[str, str]
    channel: str
    at: datetime


@dataclass(frozen=True)
class ToldOpenly:
    """An answer whose giver said that they may be contacted about it; `scores`: by construct, with the highest of
    its scale."""

    ticket_id: UUID
    at: datetime
    name: str
    scores: dict[str, tuple[int, int]]
    comment: str
