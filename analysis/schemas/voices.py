"""A voice before and after it is understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from analysis.models import Dimension, VoiceKind


@dataclass(frozen=True)
class Voice:
    """What somebody said, from whatever floor, with what is known of where they stood.

    Scores 0-100, lost time in minutes, only what was answered; `overall` is about the whole matter. Keys are ""
    where unknown; `chosen` is the touchpoint that the person named.
    The words of a `sealed` one are read and not kept.
    """

    kind: VoiceKind
    id: UUID
    said_at: datetime
    text: str
    language: str
    channel: str
    scores: Mapping[Dimension, float] = field(default_factory=dict)
    ticket_id: UUID | None = None
    person_id: UUID | None = None
    customer: str = ""
    service: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    chosen: str = ""
    overall: float | None = None
    sealed: bool = False


@dataclass(frozen=True)
class Counted:
    """One score in one cell of the rollup: it is counted once, for one person."""

    day: date
    touchpoint: str
    service: str
    customer: str
    channel: str
    dimension: Dimension
    score: int
    person: UUID
