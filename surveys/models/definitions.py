from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class Mode(StrEnum):
    """What a survey promises; two words never mixed."""

    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"
    IDENTIFIED = "identified"


class Survey(SQLModel, table=True):
    """`slug`: its open address. `released_until`: anonymous answers of days up to this one have been given on.

    `test_nonce`: its test link is made of this and the installation's key; None: there is none.
    """

    __tablename__ = "survey"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    key: str = Field(unique=True)
    mode: Mode = Field(sa_type=AutoString)
    slug: str | None = Field(default=None, unique=True)
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)
    released_until: date | None = None
    test_nonce: str | None = None


class SurveyVersion(SQLModel, table=True):
    """What was asked, to the letter. Published versions never change; `definition` follows `surveys/schemas`.

    `built_in`: it came with the program, and may be followed by a newer one that does.
    """

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id")
    number: int
    definition: dict[str, Any] = Field(sa_type=Json)
    published_at: datetime = Field(sa_type=UtcTime)
    built_in: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})


class SurveyDraft(SQLModel, table=True):
    """A step of the work on a survey; the one with the highest number is the draft, the others can be undone to."""

    __tablename__ = "survey_draft"
    survey_id: UUID = Field(foreign_key="survey.id", primary_key=True)
    number: int = Field(primary_key=True)
    definition: dict[str, Any] = Field(sa_type=Json)


class StepCount(SQLModel, table=True):
    """How many people left a form after this question ("" : before any); of none of them is anything else kept."""

    __tablename__ = "survey_step"
    version_id: UUID = Field(foreign_key="survey_version.id", primary_key=True)
    question: str = Field(primary_key=True)
    n: int


class TrialAnswer(SQLModel, table=True):
    """What somebody sent through a test link. It stands apart from every answer, so that nothing ever counts it."""

    __tablename__ = "survey_trial_answer"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id", index=True, ondelete="CASCADE")
    day: date
    language: str
    told: list[dict[str, str]] = Field(sa_type=Json)
