"""Service review packs that are sent by themselves: which, to whom, and what was sent."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import AutoString, Field, SQLModel

from core.auth.models import Role
from core.db import UtcTime
from core.ids import ordered_id


class Rhythm(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    REVIEW = "review"


class PackOrder(SQLModel, table=True):
    """The pack of one customer goes to everybody of `role` who sees this customer on the day it is sent."""

    __tablename__ = "pack_order"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    customer: str = Field(index=True)
    rhythm: Rhythm = Field(sa_type=AutoString)
    role: Role = Field(sa_type=AutoString)
    language: str
    made_by: str
    made_at: datetime = Field(sa_type=UtcTime)


class PackSent(SQLModel, table=True):
    """A mail that went out: nobody gets the same pack twice."""

    __tablename__ = "pack_sent"
    order_id: UUID = Field(primary_key=True, foreign_key="pack_order.id", ondelete="CASCADE")
    user_id: UUID = Field(primary_key=True, foreign_key="auth_user.id", ondelete="CASCADE")
    day: date = Field(primary_key=True)


class PackUnwanted(SQLModel, table=True):
    """Who wants no packs by mail."""

    __tablename__ = "pack_unwanted"
    user_id: UUID = Field(primary_key=True, foreign_key="auth_user.id", ondelete="CASCADE")
