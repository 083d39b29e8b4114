"""What somebody said who gave a name, or came through a channel in which people are known."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from core.db import UtcTime
from core.ids import ordered_id


class Kind(StrEnum):
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    SUGGESTION = "suggestion"
    QUESTION = "question"


class Channel(StrEnum):
    """Where it was said. Each voice keeps its mark."""

    WEB = "web"
    API = "api"
    MAIL = "mail"
    PHONE = "phone"
    REVIEW = "review"
    CHANGE = "change"
    LEAFLET = "leaflet"
    REGISTER = "register"
    ONSITE = "onsite"
    SOCIAL = "social"
    COMMUNITY = "community"


class Closeness(StrEnum):
    """How near an author comes: nobody knows them; only a mail address that nobody reads leads back; by name."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    NAMED = "named"


class Feedback(SQLModel, table=True):
    """Something said unasked, stored with what its author gave. Scores are 1-5, as answered.

    `source` and `submission_key` tell a repeated submission from a new one. `language` is that of the page it was
    typed on, "" where nobody knows. Of who spoke confidentially, name and address stand in `sealed_author` alone.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("source", "submission_key"),
        Index("ix_feedback_newest", "received_at", "id"),
        Index("ix_feedback_inbox", "customer_id", "received_at", "id"),
    )
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    source: str
    submission_key: str
    kind: Kind = Field(sa_type=AutoString)
    text: str
    language: str = ""
    channel: str = "web"
    author_name: str = ""
    author_email: str = ""
    sealed_author: bytes | None = None
    service_id: UUID | None = Field(default=None, foreign_key="service.id", index=True)
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id")
    touchpoint_id: UUID | None = Field(default=None, foreign_key="touchpoint.id")
    functional: int | None = None
    emotional: int | None = None
    satisfaction: int | None = None
    received_at: datetime = Field(sa_type=UtcTime)
