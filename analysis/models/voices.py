from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import AutoString, Field, SQLModel

from core.db import HELD_ELSEWHERE, BigKey, Json, UtcTime
from core.ids import ordered_id
from core.months import BY_MONTH


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


class PlacedBy(StrEnum):
    """What said where on the journey an experience was made; words place it also when they name no place yet."""

    TICKET = "ticket"
    PERSON = "person"
    WORDS = "words"
    UNKNOWN = ""


def _month_of_day(context: Any) -> int:
    day = context.get_current_parameters()["day"]
    return int(day.year * 12 + day.month - 1)


# Comments that anybody may see: lists of them are read in their order, however many there are.
SHOWN = text("comment <> '' AND released > 0")
TO_BE_SHOWN: Any = {"sqlite_where": SHOWN, "postgresql_where": SHOWN}


class Experience(SQLModel, table=True):
    """A voice, understood. Scores 0-100, `overall` of the whole matter; customer, service and touchpoint by key, ""
    where unknown. `id` tells when it was said, and is made of that and the voice's: one a voice, over all months.

    `month`: of its day, as in `Window`. `classifier` and `places` say which version read it and which touchpoints it
    knew. `as_read`: what it said itself, while a person's correction stands in the columns; else empty.
    """

    __tablename__ = "experience"
    __table_args__ = (
        UniqueConstraint("voice_kind", "voice_id"),
        Index("ix_experience_report", "touchpoint", "customer", "day"),
        Index("ix_experience_recount", "day", "id", "customer"),
        Index("ix_experience_words", "month", "sentiment_confidence", "id", **TO_BE_SHOWN),
        Index("ix_experience_words_of", "customer", "month", "sentiment_confidence", "id", **TO_BE_SHOWN),
        Index("ix_experience_words_about", "touchpoint", "day", "id", **TO_BE_SHOWN),
        Index("ix_experience_reading", "classifier", "places"),
        Index("ix_experience_released", "released"),
        Index("ix_experience_person", "person_id"),
        Index("ix_experience_voice", "voice_id"),
        BY_MONTH | {"info": {HELD_ELSEWHERE: {"uq_experience_voice_kind_voice_id"}}},
    )
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    voice_kind: VoiceKind = Field(sa_type=AutoString)
    voice_id: UUID
    ticket_id: UUID | None = None
    person_id: UUID | None = None
    day: date
    month: int = Field(default=None, nullable=False, sa_column_kwargs={"default": _month_of_day})
    said_at: datetime = Field(sa_type=UtcTime)
    customer: str = ""
    service: str = ""
    channel: str = ""
    touchpoint: str = ""
    placed_by: PlacedBy = Field(
        default=PlacedBy.UNKNOWN, sa_type=AutoString, sa_column_kwargs={"server_default": PlacedBy.UNKNOWN.value}
    )
    functional: float | None = None
    emotional: float | None = None
    satisfaction: float | None = None
    lost_minutes: float | None = None
    overall: float | None = None
    comment: str = ""
    language: str = "other"
    sentiment: str = "none"
    sentiment_score: float = 0.0
    sentiment_confidence: float = 0.0
    emotions: dict[str, float] = Field(default_factory=dict, sa_type=Json)
    classifier: str = ""
    places: str = Field(default="", sa_column_kwargs={"server_default": ""})
    as_read: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"})
    released: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Mention(SQLModel, table=True):
    """One clause about one touchpoint; `touchpoint` is "" while nobody knows which, with the candidates. `id` tells the
    time that its experience's tells.

    `as_read` as in `Experience`; `nowhere`: a person said that it is about none of the touchpoints.
    """

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_newest", "touchpoint", "id"), BY_MONTH)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    experience_id: UUID = Field(foreign_key="experience.id", index=True, ondelete="CASCADE")
    touchpoint: str = ""
    candidates: list[str] = Field(default_factory=list, sa_type=Json)
    start: int
    end: int
    sentiment: str
    score: float
    confidence: float
    as_read: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"})
    nowhere: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


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
    """The same counts added up by month: exact sums of scores and of their squares. For nobody's eyes: what reports
    read is in `analysis/models/publication.py`."""

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


class Correction(SQLModel, table=True):
    """What a person put right: of a whole comment, or of the mention that stood from `start` to `end`.

    None: not judged. `read_touchpoint` is what the classifier had said of that stretch; with it the mention is found
    again after another reading. It goes with its experience.
    """

    __tablename__ = "correction"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    experience_id: UUID = Field(foreign_key="experience.id", index=True, ondelete="CASCADE")
    start: int | None = None
    end: int | None = None
    read_touchpoint: str = ""
    label: str | None = None
    old_label: str = ""
    touchpoint: str | None = None
    old_touchpoint: str = ""
    classifier: str
    made_by: str
    made_at: datetime = Field(sa_type=UtcTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcTime)

    @property
    def whole(self) -> bool:
        return self.start is None


class HeadState(StrEnum):
    CANDIDATE = "candidate"
    CURRENT = "current"
    RETIRED = "retired"


class ClassifierHead(SQLModel, table=True):
    """A version learnt from corrections, on top of the shipped version `base`. Scores 0-100, on corrections that were
    held out of the learning; None where there were too few. Its bytes hold weights, no words.

    `learnt_from` tells which corrections these were, so that the same are not learnt twice.
    """

    __tablename__ = "classifier_head"
    version: str = Field(primary_key=True)
    base: str = Field(index=True)
    number: int
    state: HeadState = Field(sa_type=AutoString)
    made_at: datetime = Field(sa_type=UtcTime)
    promoted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    corrections: int
    learnt_from: str
    held_out: int
    sentiment_before: float | None = None
    sentiment_after: float | None = None
    touchpoints_before: float | None = None
    touchpoints_after: float | None = None
    head: bytes = Field(sa_type=LargeBinary)


class Comparison(SQLModel, table=True):
    """Two versions over the comments of the last month: counts, no words. `found` is empty until it is done."""

    __tablename__ = "classifier_comparison"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    present: str
    other: str
    asked_at: datetime = Field(sa_type=UtcTime)
    found: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class ThemeSet(SQLModel, table=True):
    """What the comments about a touchpoint are about, in one language; `customer` "": of all customers together.

    `found`: key, words, share (0..1), n and authors of each theme, no comment. `seen`: the newest experience that was
    looked at, `looked_at` how many comments were.
    """

    __tablename__ = "theme_set"
    touchpoint: str = Field(primary_key=True)
    customer: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    found: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    looked_at: int
    seen: UUID
    since: date
    until: date
