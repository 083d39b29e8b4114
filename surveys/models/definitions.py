from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class Mode(StrEnum):
    """What a survey promises; two words never mixed."""

    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"
    IDENTIFIED = "identified"


class Survey(SQLModel, table=True):
    __tablename__ = "survey"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    key: str = Field(unique=True)
    mode: Mode = Field(sa_type=AutoString)


class SurveyVersion(SQLModel, table=True):
    """What was asked, to the letter. Published versions never change; `definition` follows `surveys/schemas`."""

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id")
    number: int
    definition: dict[str, Any] = Field(sa_type=Json)
    published_at: datetime = Field(sa_type=UtcTime)
