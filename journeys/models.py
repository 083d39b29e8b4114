from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import AutoString, Field, SQLModel

from core.db import BigKey, Json, UtcTime
from core.ids import ordered_id


class Stage(StrEnum):
    """The seven stages of the customer journey (ITIL 4 DSV), in their order."""

    EXPLORE = "explore"
    ENGAGE = "engage"
    OFFER = "offer"
    AGREE = "agree"
    ONBOARD = "onboard"
    CO_CREATE = "co-create"
    REALIZE = "realize"


class TicketKind(StrEnum):
    INCIDENT = "incident"
    REQUEST = "request"
    DEMAND = "demand"


class EventType(StrEnum):
    CREATED = "created"
    ASSIGNED = "assigned"
    RESPONDED = "responded"
    WAITING = "waiting"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    UPDATED = "updated"


class WaitingFor(StrEnum):
    REQUESTER = "requester"
    VENDOR = "vendor"
    CHANGE = "change"
    OTHER = "other"


class TicketState(StrEnum):
    """Whether a ticket's clock runs, and on whose account; it stands while resolved or closed."""

    QUEUE = "queue"
    ACTIVE = "active"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Customer(SQLModel, table=True):
    """`zone`: where most of its people live, such as `Asia/Shanghai`."""

    __tablename__ = "customer"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    key: str = Field(unique=True)
    name: str
    zone: str | None = None


class Service(SQLModel, table=True):
    __tablename__ = "service"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    key: str = Field(unique=True)
    name: str


class Person(SQLModel, table=True):
    """Somebody who uses a service. `key` is the name by which the ticket system knows them.

    `as_of`: time of the newest ticket event that told of them; what an older one says changes nothing.
    """

    __tablename__ = "person"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    key: str = Field(unique=True)
    email: str | None = None
    name: str | None = None
    language: str | None = None
    zone: str | None = None
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id", index=True)
    as_of: datetime | None = Field(default=None, sa_type=UtcTime)
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Journey(SQLModel, table=True):
    """`personas` and `scenarios`: who walks it, and the ways they take; shapes in `schemas.places`."""

    __tablename__ = "journey"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    key: str = Field(unique=True)
    name_en: str
    name_zh: str
    personas: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    scenarios: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )


class JourneyVersion(SQLModel, table=True):
    """A journey as somebody left it, whole; the newest is the current one. `document`: `schemas.places`."""

    __tablename__ = "journey_version"
    __table_args__ = (UniqueConstraint("journey_id", "number"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    journey_id: UUID = Field(foreign_key="journey.id", index=True, ondelete="CASCADE")
    number: int
    document: dict[str, Any] = Field(sa_type=Json)
    who: str
    what: str
    at: datetime = Field(sa_type=UtcTime)


class Touchpoint(SQLModel, table=True):
    """A contact with the provider or its product.

    `keywords`: words in both languages that name it. `contexts`: ticket attributes that place a voice here,
    such as `{"kind": "request", "service": "laptop"}`; the context with most attributes that all agree wins.
    Of the service blueprint: `interaction`: people take part here (the line of interaction); `visible`: they see it
    happen (the line of visibility). `retired`: taken off the journey; what was said about it is kept.
    """

    __tablename__ = "touchpoint"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    journey_id: UUID = Field(foreign_key="journey.id", index=True)
    key: str = Field(unique=True)
    stage: Stage = Field(sa_type=AutoString)
    position: int
    name_en: str
    name_zh: str
    description_en: str = ""
    description_zh: str = ""
    keywords: list[str] = Field(default_factory=list, sa_type=Json)
    contexts: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
    value_stream: str = ""
    practice: str = ""
    visible: bool = True
    interaction: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


UNCOUNTED: Any = {"sqlite_where": text("counted IS 0"), "postgresql_where": text("counted IS FALSE")}
OVER, OPEN = text("resolved_at IS NOT NULL"), text("resolved_at IS NULL")


class Ticket(SQLModel, table=True):
    """A ticket as its events tell it; `state` and everything below it is recomputed from them.

    `as_of` says which event each attribute was taken from, so that a late event never overwrites a newer one.
    `announced_at` is the time of the last resolution that the outbox was told of. `attributes`: what a system tells
    beside. `matter`: a key that tickets of one matter share, where a system links them. `sla_met`: whether what was
    agreed was kept, None where no system says so. `counted`: the flow cells hold it as it is; `counted_as`: what they
    hold of it (msgpack), to be taken out again.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("ix_ticket_report", "customer_id", "resolved_at"),
        Index("ix_ticket_queue", "group", "state", "opened_at"),
        Index("ix_ticket_like_it", "service_id", "kind", "resolved_at"),
        Index("ix_ticket_uncounted", "id", **UNCOUNTED),
        Index("ix_ticket_over", "resolved_at", sqlite_where=OVER, postgresql_where=OVER),
        Index("ix_ticket_open", "opened_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    source: str
    key: str
    kind: TicketKind = Field(sa_type=AutoString)
    service_id: UUID | None = Field(default=None, foreign_key="service.id")
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id", index=True)
    requester_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    group: str = ""
    priority: str = ""
    channel: str = ""
    summary: str = ""
    close_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    matter: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    attributes: dict[str, str] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"})
    as_of: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    announced_at: datetime | None = Field(default=None, sa_type=UtcTime)
    state: TicketState | None = Field(default=None, sa_type=AutoString)
    opened_at: datetime | None = Field(default=None, sa_type=UtcTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcTime)
    sla_met: bool | None = None
    flow: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    counted: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    counted_as: bytes | None = Field(default=None, sa_type=LargeBinary)


class FlowCell(SQLModel, table=True):
    """What tickets of one month that are alike add up to, in whole numbers (`rules/flow_cells.py`), as msgpack: what
    flow reports read instead of tickets. Service and customer by key, "" where unknown."""

    __tablename__ = "flow_cell"
    month: date = Field(primary_key=True)
    service: str = Field(primary_key=True)
    customer: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    priority: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    sums: bytes = Field(sa_type=LargeBinary)


class TicketEvent(SQLModel, table=True):
    __tablename__ = "ticket_event"
    __table_args__ = (UniqueConstraint("source", "event_id"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    ticket_id: UUID = Field(foreign_key="ticket.id", index=True)
    source: str
    event_id: str
    type: EventType = Field(sa_type=AutoString)
    at: datetime = Field(sa_type=UtcTime)
    sequence: int = Field(default=0, sa_type=BigKey)
    state: TicketState | None = Field(default=None, sa_type=AutoString)
    group: str = ""
    waiting_for: str = ""
    opened_at: datetime | None = Field(default=None, sa_type=UtcTime)


class HookSystem(StrEnum):
    """Ticket systems whose webhooks are known; any other is `custom`."""

    SERVICENOW = "servicenow"
    JIRA = "jira"
    ZENDESK = "zendesk"
    GLPI = "glpi"
    ZAMMAD = "zammad"
    CUSTOM = "custom"


class HookCallState(StrEnum):
    """`ignored`: nothing in it that the mapping knows. `refused`: something in it could not be read."""

    NEW = "new"
    MAPPED = "mapped"
    IGNORED = "ignored"
    REFUSED = "refused"


class Hook(SQLModel, table=True):
    """An address that a ticket system calls. `mapping`: TOML; `sealed_secret`: what the caller has to know."""

    __tablename__ = "hook"
    __table_args__ = (UniqueConstraint("system", "key"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    system: HookSystem = Field(sa_type=AutoString)
    key: str
    sealed_secret: bytes
    mapping: str
    created_at: datetime = Field(sa_type=UtcTime)


class HookCall(SQLModel, table=True):
    """A payload as it came, kept for a while so that it can be read again by a better mapping."""

    __tablename__ = "hook_call"
    __table_args__ = (Index("ix_hook_call_hook", "hook_id", "received_at"), Index("ix_hook_call_age", "received_at"))
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    hook_id: UUID = Field(foreign_key="hook.id", ondelete="CASCADE")
    received_at: datetime = Field(sa_type=UtcTime)
    body: bytes
    state: HookCallState = Field(default=HookCallState.NEW, sa_type=AutoString)
    events: int = 0
    problems: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
