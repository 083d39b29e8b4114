from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class Role(StrEnum):
    """`customer`: reads the reports about their own people, and changes nothing."""

    ADMIN = "admin"
    MANAGER = "manager"
    CUSTOMER = "customer"
    INTEGRATION = "integration"


class User(SQLModel, table=True):
    __tablename__ = "auth_user"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    email: str = Field(unique=True)
    password_hash: str
    role: Role = Field(sa_type=AutoString)
    customers: list[str] = Field(default_factory=list, sa_type=Json)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcTime)


class UserSession(SQLModel, table=True):
    """A signed-in browser. Only the keyed hash of its cookie is kept."""

    __tablename__ = "auth_session"
    token_hash: str = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="auth_user.id", index=True, ondelete="CASCADE")
    expires_at: datetime = Field(sa_type=UtcTime)


class ApiToken(SQLModel, table=True):
    """A program's bearer token. Only its keyed hash is kept; it is shown once."""

    __tablename__ = "auth_token"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    name: str = Field(unique=True)
    token_hash: str = Field(unique=True)
    role: Role = Field(sa_type=AutoString)
    customers: list[str] = Field(default_factory=list, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)
