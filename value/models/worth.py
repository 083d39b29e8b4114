"""What a service is worth: what it promises, what leads to what, and how it is measured."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class ValueMap(SQLModel, table=True):
    """What is offered to somebody, from its purpose to its figures. `customers`: whose people it is for; none: all.

    `problem`: the relevance; `benefit`: in figures; `difference`: why from us. `challenged`: what is known about the
    four questions whether the problem happened, how it was solved, whether it was the best way, and whether the value
    stream ate the value.
    """

    __tablename__ = "value_map"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    title: str
    customers: list[str] = Field(default_factory=list, sa_type=Json)
    purpose: str = ""
    for_whom: str = ""
    problem: str = ""
    benefit: str = ""
    difference: str = ""
    outcome: str = ""
    challenged: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    version: int = 1


class NodeKind(StrEnum):
    """The four columns of a benefits dependency network."""

    ENABLER = "enabler"
    CHANGE = "change"
    BENEFIT = "benefit"
    OBJECTIVE = "objective"


class Node(SQLModel, table=True):
    """What is needed, what changes, what comes of it, and what that serves. `leads_to`: ids of nodes further on.

    Its state is measured: by the improvement or the figure that it names. `gone`: taken out, and can be put back.
    """

    __tablename__ = "value_node"
    __table_args__ = (Index("ix_value_node_map", "map_id", "kind"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    map_id: UUID = Field(foreign_key="value_map.id", ondelete="CASCADE")
    kind: NodeKind = Field(sa_type=AutoString)
    title: str
    owner: str = ""
    leads_to: list[str] = Field(default_factory=list, sa_type=Json)
    improvement_id: UUID | None = None
    indicator_id: UUID | None = None
    gone: bool = False


class View(StrEnum):
    CUSTOMER = "customer"
    FINANCE = "finance"
    INTERNAL = "internal"
    LEARNING = "learning"


class Source(StrEnum):
    EXPERIENCE = "experience"
    FLOW = "flow"
    IMPORTED = "imported"


class Agreed(StrEnum):
    """Whether it is agreed on with the customer: as a level of service, or of experience."""

    NO = ""
    SLA = "sla"
    XLA = "xla"


class Indicator(SQLModel, table=True):
    """A figure with a target: specific (`measure` at `touchpoint`), measurable, owned, and due (`due_on`).

    `measure`: a dimension, a figure of flow, or the name of what is imported. `better`: up or down. `objective_id`: the
    objective that it tells about.
    """

    __tablename__ = "value_indicator"
    __table_args__ = (Index("ix_value_indicator_map", "map_id"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    map_id: UUID = Field(foreign_key="value_map.id", ondelete="CASCADE")
    name: str
    view: View = Field(default=View.CUSTOMER, sa_type=AutoString)
    source: Source = Field(sa_type=AutoString)
    measure: str = ""
    touchpoint: str = ""
    service: str = ""
    unit: str = ""
    better: str = "up"
    target: float | None = None
    due_on: date | None = None
    owner: str = ""
    agreed: Agreed = Field(default=Agreed.NO, sa_type=AutoString)
    objective_id: UUID | None = None
    gone: bool = False


class IndicatorReading(SQLModel, table=True):
    """An imported figure of a month (its first day). `sd`: the standard deviation of the `n` values that it is the mean
    of."""

    __tablename__ = "value_reading"
    indicator_id: UUID = Field(primary_key=True, foreign_key="value_indicator.id", ondelete="CASCADE")
    month: date = Field(primary_key=True)
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    sd: float | None = None


class ClaimKind(StrEnum):
    RELEVANCE = "relevance"
    BENEFIT = "benefit"
    DIFFERENCE = "difference"


class Claim(SQLModel, table=True):
    """A sentence of the proposition that can be wrong. Evidence comes from the indicator, and from notes of people:
    {"for": bool, "text", "by", "on"}."""

    __tablename__ = "value_claim"
    __table_args__ = (Index("ix_value_claim_map", "map_id"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    map_id: UUID = Field(foreign_key="value_map.id", ondelete="CASCADE")
    kind: ClaimKind = Field(sa_type=AutoString)
    text: str
    indicator_id: UUID | None = None
    touchpoint: str = ""
    notes: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    gone: bool = False


class ValueEdit(SQLModel, table=True):
    """One change of a node, an indicator or a claim (`thing_id`), never changed itself: {field: [before, after]}."""

    __tablename__ = "value_edit"
    __table_args__ = (Index("ix_value_edit_of", "thing_id", "id"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    map_id: UUID = Field(foreign_key="value_map.id", ondelete="CASCADE")
    thing_id: UUID
    made_at: datetime = Field(sa_type=UtcTime)
    made_by: str
    kind: str
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
