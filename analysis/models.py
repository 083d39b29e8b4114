from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from core.db import BigKey, Json, UtcTime
from core.ids import ordered_id


class VoiceKind(StrEnum):
    RESPONSE = "response"
    FEEDBACK = "feedback"


class Dimension(StrEnum):
    """What a rollup counts: the three dimensions and the sentiment of words (0-100), and lost time (minutes)."""

    FUNCTIONAL = "functional"
    EMOTIONAL = "emotional"
    SATISFACTION = "satisfaction"
    SENTIMENT = "sentiment"
    LOST_MINUTES = "lost_minutes"


class Experience(SQLModel, table=True):
    """A voice, understood. Scores 0-100; customer, service and touchpoint by key, "" where unknown."""

    __tablename__ = "experience"
    __table_args__ = (
        UniqueConstraint("voice_kind", "voice_id"),
        Index("ix_experience_report", "touchpoint", "customer", "day"),
        Index("ix_experience_recount", "day", "id"),
    )
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    voice_kind: VoiceKind = Field(sa_type=AutoString)
    voice_id: UUID
    ticket_id: UUID | None = None
    person_id: UUID | None = None
    day: date
    said_at: datetime = Field(sa_type=UtcTime)
    customer: str = ""
    service: str = ""
    channel: str = ""
    touchpoint: str = ""
    functional: float | None = None
    emotional: float | None = None
    satisfaction: float | None = None
    lost_minutes: float | None = None
    comment: str = ""
    language: str = "other"
    sentiment: str = "none"
    sentiment_score: float = 0.0
    sentiment_confidence: float = 0.0
    emotions: dict[str, float] = Field(default_factory=dict, sa_type=Json)
    classifier: str = ""


class Mention(SQLModel, table=True):
    """One clause about one touchpoint; `touchpoint` is "" while nobody knows which, with the candidates."""

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_newest", "touchpoint", "id"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    experience_id: UUID = Field(foreign_key="experience.id", index=True, ondelete="CASCADE")
    touchpoint: str = ""
    candidates: list[str] = Field(default_factory=list, sa_type=Json)
    start: int
    end: int
    sentiment: str
    score: float
    confidence: float


class Rollup(SQLModel, table=True):
    """How often a score was given on a day: exact counts, instead of answers."""

    __tablename__ = "rollup"
    __table_args__ = (Index("ix_rollup_customer_day", "customer", "day"),)
    day: date = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    customer: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    dimension: Dimension = Field(primary_key=True, sa_type=AutoString)
    score: int = Field(primary_key=True)
    n: int


class RollupMonth(SQLModel, table=True):
    """The same counts added up by month, as reports read them: exact sums of scores and of their squares.

    `people`: at least so many people stand behind it; 0 while `rollup_person` still names each of them.
    """

    __tablename__ = "rollup_month"
    __table_args__ = (Index("ix_rollup_month_customer", "customer", "month"),)
    month: date = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    customer: str = Field(primary_key=True)
    dimension: Dimension = Field(primary_key=True, sa_type=AutoString)
    n: int
    total: int = Field(sa_type=BigKey)
    squares: int = Field(sa_type=BigKey)
    people: int = 0


class RollupPerson(SQLModel, table=True):
    """Who stands behind a month's sums, while they are fewer than the largest group that the gate asks for; then the
    names go and `rollup_month.people` stays.

    `person` is the voice itself where nobody knows who spoke. A month of few people names all of them, so whether a
    union of months is large enough can be told exactly, at a cost that does not grow.
    """

    __tablename__ = "rollup_person"
    __table_args__ = (Index("ix_rollup_person_customer", "customer", "month"),)
    month: date = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    customer: str = Field(primary_key=True)
    dimension: Dimension = Field(primary_key=True, sa_type=AutoString)
    person: UUID = Field(primary_key=True)
