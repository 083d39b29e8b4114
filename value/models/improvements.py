"""The improvement register: what is to change, why, how it is measured, and who is told."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class State(StrEnum):
    """`done`: the change is made and being measured; `measured`: the verdict is in."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    DOING = "doing"
    DONE = "done"
    MEASURED = "measured"
    CLOSED = "closed"
    DROPPED = "dropped"


class Effort(StrEnum):
    UNKNOWN = ""
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Audience(StrEnum):
    """Who may read of it on the page of what was said and done."""

    NOBODY = "nobody"
    CUSTOMERS = "customers"
    EVERYBODY = "everybody"


class Improvement(SQLModel, table=True):
    """An entry of the register; the six steps of continual improvement are `vision`, `problem` with the baseline,
    `target`, `plan` with `hypothesis`, the states, and the verdict.

    `dimension`, `target` and `margin` (the smallest change worth the effort) are on the scale of the answers. `picked`:
    the last month whose answers had been seen when the place was chosen. `baseline`, `verdict`: as `value.rules.kept`
    writes them. `marks`: what was changed after the start of what was to stand. `version` counts the edits.
    """

    __tablename__ = "improvement"
    __table_args__ = (Index("ix_improvement_state", "state", "id"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    title: str
    state: State = Field(default=State.PROPOSED, sa_type=AutoString)
    owner: str = ""
    due_on: date | None = None
    vision: str = ""
    problem: str = ""
    hypothesis: str = ""
    plan: str = ""
    touchpoints: list[str] = Field(default_factory=list, sa_type=Json)
    service: str = ""
    segment: str = ""
    dimension: str = "satisfaction"
    target: float | None = None
    margin: float = 5.0
    method: str = "touchpoints"
    judge_after: int = 6
    practice: str = ""
    value_stream: str = ""
    effort: Effort = Field(default=Effort.UNKNOWN, sa_type=AutoString)
    expected: float | None = None
    said_en: str = ""
    said_zh: str = ""
    done_en: str = ""
    done_zh: str = ""
    audience: Audience = Field(default=Audience.NOBODY, sa_type=AutoString)
    picked: int | None = None
    proposed_on: date
    planned_on: date | None = None
    started_on: date | None = None
    done_on: date | None = None
    measured_on: date | None = None
    closed_on: date | None = None
    dropped_on: date | None = None
    created_by: str
    version: int = 1
    baseline: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    verdict: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    marks: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)


class ImprovementCustomer(SQLModel, table=True):
    """Whose people it is for; an improvement without such rows is for all customers."""

    __tablename__ = "improvement_customer"
    improvement_id: UUID = Field(primary_key=True, foreign_key="improvement.id", ondelete="CASCADE")
    customer: str = Field(primary_key=True, index=True)


class LinkKind(StrEnum):
    MOMENT = "moment"
    FEEDBACK = "feedback"
    RESPONSE = "response"


class ImprovementLink(SQLModel, table=True):
    """What led to it. `told_on`: the day on which who said it was told of what was done; `how`: mail, receipt, or why
    not. Days only: behind a feedback may stand somebody anonymous."""

    __tablename__ = "improvement_link"
    improvement_id: UUID = Field(primary_key=True, foreign_key="improvement.id", ondelete="CASCADE")
    kind: LinkKind = Field(primary_key=True, sa_type=AutoString)
    target_id: UUID = Field(primary_key=True, index=True)
    told_on: date | None = None
    how: str = ""


class ImprovementEdit(SQLModel, table=True):
    """One change of an entry, never changed itself: {field: [before, after]}."""

    __tablename__ = "improvement_edit"
    __table_args__ = (Index("ix_improvement_edit_of", "improvement_id", "id"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    improvement_id: UUID = Field(foreign_key="improvement.id", ondelete="CASCADE")
    made_at: datetime = Field(sa_type=UtcTime)
    made_by: str
    kind: str
    reason: str = ""
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


def columns_of(one: Improvement) -> dict[str, Any]:
    """The entry as plain values."""
    return {name: getattr(one, name) for name in Improvement.model_fields}
