"""A voice before and after it is understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import msgspec

from analysis.models import Dimension, PlacedBy, VoiceKind


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


class ReadExperience(msgspec.Struct):
    """An `Experience` that is not stored yet, column by column: a hundred thousand tables' rows take half a minute to
    make, these a tenth of a second."""

    id: UUID
    voice_kind: VoiceKind
    voice_id: UUID
    ticket_id: UUID | None
    person_id: UUID | None
    day: date
    month: int
    said_at: datetime
    customer: str
    service: str
    channel: str
    touchpoint: str
    placed_by: PlacedBy
    functional: float | None
    emotional: float | None
    satisfaction: float | None
    lost_minutes: float | None
    overall: float | None
    comment: str
    language: str
    sentiment: str
    sentiment_score: float
    sentiment_confidence: float
    emotions: dict[str, float]
    classifier: str
    places: str


class ReadMention(msgspec.Struct):
    """A `Mention` that is not stored yet."""

    id: UUID
    experience_id: UUID
    touchpoint: str
    candidates: list[str]
    start: int
    end: int
    sentiment: str
    score: float
    confidence: float
