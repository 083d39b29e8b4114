from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from core.db import Json, UtcTime


class ResponseOrigin(SQLModel, table=True):
    """Where an answer that was given elsewhere comes from, and what is known of where its giver stood.

    `source` and `external_id` tell what came before from what is new. `attributes`: whatever else its file said.
    """

    __tablename__ = "response_origin"
    __table_args__ = (UniqueConstraint("source", "external_id"),)
    response_id: UUID = Field(primary_key=True, foreign_key="response.id", ondelete="CASCADE")
    source: str
    external_id: str
    channel: str
    entered_at: datetime = Field(sa_type=UtcTime)
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id")
    service_id: UUID | None = Field(default=None, foreign_key="service.id")
    touchpoint_id: UUID | None = Field(default=None, foreign_key="touchpoint.id")
    journey: str = ""
    persona: str = ""
    recovery: bool | None = None
    sla_met: bool | None = None
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
