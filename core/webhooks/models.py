from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from core.db import BigKey, UtcTime
from core.ids import ordered_id


class WebhookEndpoint(SQLModel, table=True):
    """An address of another program. `secret`: sealed. `events`: those it hears of, with commas; empty: all.

    `failures`: in a row; `last_status`: of its last answer, 0 when there was none.
    """

    __tablename__ = "webhook_endpoint"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    name: str = Field(unique=True)
    url: str
    secret: bytes
    events: str = ""
    active: bool = True
    failures: int = 0
    last_status: int | None = None
    last_at: datetime | None = Field(default=None, sa_type=UtcTime)


class WebhookMessage(SQLModel, table=True):
    """What one endpoint is to be told: the kind of event and the id it is about. It goes once it was taken."""

    __tablename__ = "webhook_message"
    __table_args__ = (UniqueConstraint("endpoint_id", "event", "subject"),)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    endpoint_id: UUID = Field(foreign_key="webhook_endpoint.id", index=True, ondelete="CASCADE")
    event: str
    subject: str
    happened_at: datetime = Field(sa_type=UtcTime)
    attempts: int = Field(default=0, sa_type=BigKey)
    given_up: bool = False
