"""Service reviews: what was on the table, what was said and what was decided."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from core.db import Json
from core.ids import ordered_id


class Review(SQLModel, table=True):
    """A meeting about a customer's services. `agenda`: as it stood when the review was opened, after the gate.

    `entries`: {"kind": note | decision, "text", "by", "on", "feedback_id"?, "improvement_id"?}, in their order.
    """

    __tablename__ = "service_review"
    __table_args__ = (Index("ix_service_review_customer", "customer", "held_on"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    customer: str
    held_on: date
    present: str = ""
    since: date
    agenda: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    entries: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    closed: bool = False
    version: int = 1


class Programme(SQLModel, table=True):
    """An employee survey as a whole: who wants it and what for, who is asked, what is measured, from where it starts,
    and what comes of it. `survey`: the key of the survey that asks. Whoever is asked reads results and actions on a
    page of its own. `asked`: how many people; `results_on`: until when they were promised results; `actions`: ids of
    the improvements that it led to; `sent`: when its survey was sent to them, {"on", "by", "known", "drawn", "asked",
    "not_asked": {reason: how many}}; `history`: {"on", "by", "changes": {field: [before, after]}}, oldest first.
    """

    __tablename__ = "employee_programme"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    title: str
    customer: str = ""
    survey: str = ""
    sponsor: str
    purpose: str
    everyone: bool = True
    sample_percent: int | None = None
    collection: str = ""
    attributes: list[str] = Field(default_factory=list, sa_type=Json)
    asked: int = 0
    opened_on: date
    results_on: date | None = None
    baseline: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    actions: list[str] = Field(default_factory=list, sa_type=Json)
    history: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"})
    sent: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
