from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlmodel import AutoString, Field, SQLModel

from core.db import BigKey, Json, UtcTime
from core.ids import ordered_id


class Role(StrEnum):
    """`customer`: reads the reports about their own people, and changes nothing."""

    ADMIN = "admin"
    MANAGER = "manager"
    CUSTOMER = "customer"
    INTEGRATION = "integration"


class User(SQLModel, table=True):
    """Somebody who signs in. `password_hash` "": no password yet, or only through the organisation's own sign-in.

    `sealed_totp`: the secret of their authenticator, "asked for" until `totp_since`; `totp_step` is the last time step
    whose code was used, so that none is used twice. `openid`: issuer and subject, once they came in that way.
    `language`: in which they came in last, for mails to them; "" before the first time.
    """

    __tablename__ = "auth_user"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    email: str = Field(unique=True)
    password_hash: str
    role: Role = Field(sa_type=AutoString)
    customers: list[str] = Field(default_factory=list, sa_type=Json)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcTime)
    sealed_totp: bytes | None = None
    totp_since: datetime | None = Field(default=None, sa_type=UtcTime)
    totp_step: int = Field(default=0, sa_type=BigKey, sa_column_kwargs={"server_default": "0"})
    openid: str | None = Field(default=None, unique=True)
    language: str = Field(default="", sa_column_kwargs={"server_default": ""})


class UserSession(SQLModel, table=True):
    """A signed-in browser. Only the keyed hash of its cookie is kept.

    `half`: the password was right, the second step is still to come; such a session opens nothing.
    """

    __tablename__ = "auth_session"
    token_hash: str = Field(primary_key=True)
    id: UUID = Field(default_factory=ordered_id, unique=True)
    user_id: UUID = Field(foreign_key="auth_user.id", index=True, ondelete="CASCADE")
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    browser: str = Field(default="", sa_column_kwargs={"server_default": ""})
    half: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class RecoveryCode(SQLModel, table=True):
    """A way in when the authenticator is lost; each opens once and is gone then. Only its keyed hash is kept."""

    __tablename__ = "auth_recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    user_id: UUID = Field(foreign_key="auth_user.id", index=True, ondelete="CASCADE")
    code_hash: str


class PasswordLink(SQLModel, table=True):
    """A link with which somebody chooses a password: once, for a while. Only its keyed hash is kept."""

    __tablename__ = "auth_password_link"
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
