from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class Channel(StrEnum):
    MAIL = "mail"
    LINK = "link"


class Reason(StrEnum):
    """Why somebody was not asked."""

    COOLDOWN = "cooldown"
    SAMPLED_OUT = "sampled_out"
    EXCLUDED = "excluded"
    ALREADY_ASKED = "already_asked"
    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    TOO_OLD = "too_old"


class Trigger(SQLModel, table=True):
    """When a resolved ticket leads to an invitation.

    `kinds` empty: every kind of ticket. `max_age_days`: nobody is asked about what was resolved longer ago.
    """

    __tablename__ = "survey_trigger"
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id", unique=True)
    active: bool = True
    kinds: list[str] = Field(default_factory=list, sa_type=Json)
    delay_minutes: int = 0
    max_age_days: int = 3
    valid_days: int = 14
    cooldown_days: int = 7
    sample_percent: int = 100


class Invitation(SQLModel, table=True):
    """One decision: this person was asked about this ticket, or was not, with the reason."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("survey_id", "ticket_id"),
        Index("ix_invitation_fatigue", "person_id", "asked", "decided_at"),
    )
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id")
    version_id: UUID = Field(foreign_key="survey_version.id")
    ticket_id: UUID | None = Field(default=None, foreign_key="ticket.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    asked: bool
    reason: Reason | None = Field(default=None, sa_type=AutoString)
    channel: Channel = Field(sa_type=AutoString)
    language: str = "en"
    decided_at: datetime = Field(sa_type=UtcTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)


class InvitationLink(SQLModel, table=True):
    """A link that opens an invitation. A mail sent twice carries two; the first answer spends them all."""

    __tablename__ = "invitation_link"
    token_hash: str = Field(primary_key=True)
    invitation_id: UUID = Field(foreign_key="invitation.id", index=True, ondelete="CASCADE")
