from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from core.db import HELD_ELSEWHERE, Json, UtcTime
from core.ids import ordered_id
from core.months import BY_MONTH

ELSEWHERE = {*(f"fk_response_{name}_id" for name in ("version", "ticket", "person")), "uq_response_invitation_id"}
AGREED: Any = {"sqlite_where": text("may_contact IS 1"), "postgresql_where": text("may_contact IS TRUE")}


class Response(SQLModel, table=True):
    """Answers to a survey. `answers` holds one entry a question, with its scale and construct as asked.

    Without an invitation it was given at an open address. Of an anonymous one, `received_at` tells the day alone. There
    is one for an invitation, because it is spent in the same statement; a key holds that too, on PostgreSQL by month.
    """

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_agreed", "received_at", "id", **AGREED),
        Index("ix_response_version_newest", "version_id", "received_at", "id"),
        BY_MONTH | {"info": {HELD_ELSEWHERE: ELSEWHERE}},
    )
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id", unique=True)
    version_id: UUID = Field(foreign_key="survey_version.id")
    ticket_id: UUID | None = Field(default=None, foreign_key="ticket.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    submission_key: str
    confirmation: str
    language: str
    answers: list[dict[str, Any]] = Field(sa_type=Json)
    comment: str = ""
    may_contact: bool = False
    received_at: datetime = Field(sa_type=UtcTime)


class AnswersKept(SQLModel, table=True):
    """One row, once answers go by their age: of the months before `since` only sums remain.

    `settled`: all that was to go of them has gone, but for what is held back.
    """

    __tablename__ = "answers_kept"
    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: date
    settled: bool = False
