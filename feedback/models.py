from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from core.db import UtcTime
from core.ids import ordered_id


class Kind(StrEnum):
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    SUGGESTION = "suggestion"
    QUESTION = "question"


class Feedback(SQLModel, table=True):
    """Something said unasked, by somebody who gave a name. Scores are 1-5, as answered."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("source", "submission_key"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    source: str
    submission_key: str
    kind: Kind = Field(sa_type=AutoString)
    text: str
    language: str = ""
    channel: str = "web"
    author_name: str = ""
    author_email: str = ""
    service_id: UUID | None = Field(default=None, foreign_key="service.id", index=True)
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id", index=True)
    touchpoint_id: UUID | None = Field(default=None, foreign_key="touchpoint.id")
    functional: int | None = None
    emotional: int | None = None
    satisfaction: int | None = None
    received_at: datetime = Field(sa_type=UtcTime)
