"""Whom to ask: triggers, and one row a decision; what becomes of a mail; who does not want to be asked."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class Channel(StrEnum):
    MAIL = "mail"
    LINK = "link"
    PHONE = "phone"


class Reason(StrEnum):
    """Why somebody was not asked."""

    COOLDOWN = "cooldown"
    SAMPLED_OUT = "sampled_out"
    EXCLUDED = "excluded"
    ALREADY_ASKED = "already_asked"
    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    TOO_OLD = "too_old"


class Detail(StrEnum):
    """Which kind of that reason it was, where there are several; of somebody asked by telephone, how the call went."""

    OFF = "off"
    NOT_MEANT = "not_meant"
    REOPENED = "reopened"
    CLOSE_REASON = "close_reason"
    ON_LIST = "on_list"
    MAJOR_INCIDENT = "major_incident"
    LOT = "lot"
    BUDGET = "budget"
    PERSON_CLOCK = "person_clock"
    SURVEY_CLOCK = "survey_clock"
    BOUNCED = "bounced"
    NOT_REACHED = "not_reached"
    CALL_AGAIN = "call_again"
    REFUSED = "refused"


class TroubleKind(StrEnum):
    """What came back instead of an answer."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class Trigger(SQLModel, table=True):
    """When a ticket leads to an invitation. `more` holds the other fields of `TriggerDefinition`.

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
    more: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"})


class AskingRules(SQLModel, table=True):
    """One row: what holds for every survey, as `AskingPolicy`. No row: its defaults."""

    __tablename__ = "asking_rules"
    id: int = Field(default=1, primary_key=True)
    policy: dict[str, Any] = Field(sa_type=Json)


# Not columns of the indexes: SQLite would take "asked" for one that tells rows apart, "counted" for one that does not.
UNCOUNTED: Any = {"sqlite_where": text("counted IS 0"), "postgresql_where": text("counted IS FALSE")}
ASKED: Any = {"sqlite_where": text("asked IS 1"), "postgresql_where": text("asked IS TRUE")}


class Invitation(SQLModel, table=True):
    """One decision: this person was asked about this episode of a ticket, or was not, with the reason.

    Neither asked nor with a reason: planned for `due_at`, which by telephone is when to call next. `unit`: the episode,
    by the time of its resolution; "matter" for a whole journey. `snapshot`: the ticket when it was asked about.
    `opened_at`, `started_at`: by a person. `counted`: a decision that the cells of what was asked hold; `counted_as`:
    what they hold of it (msgpack), to be taken out again.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("survey_id", "ticket_id", "unit"),
        Index("ix_invitation_fatigue", "person_id", "asked", "decided_at"),
        Index("ix_invitation_stratum", "survey_id", "stratum", "decided_at"),
        Index("ix_invitation_uncounted", "id", **UNCOUNTED),
        Index("ix_invitation_newest", "decided_at", **ASKED),
    )
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id")
    version_id: UUID = Field(foreign_key="survey_version.id")
    ticket_id: UUID | None = Field(default=None, foreign_key="ticket.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    unit: str = Field(default="", sa_column_kwargs={"server_default": ""})
    asked: bool
    reason: Reason | None = Field(default=None, sa_type=AutoString)
    detail: Detail | None = Field(default=None, sa_type=AutoString)
    channel: Channel = Field(sa_type=AutoString)
    language: str = "en"
    stratum: str = Field(default="", sa_column_kwargs={"server_default": ""})
    snapshot: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs={"server_default": "{}"})
    over_at: datetime | None = Field(default=None, sa_type=UtcTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    decided_at: datetime = Field(sa_type=UtcTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    reminded: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    bounced_at: datetime | None = Field(default=None, sa_type=UtcTime)
    opened_at: datetime | None = Field(default=None, sa_type=UtcTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    counted: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    counted_as: bytes | None = Field(default=None, sa_type=LargeBinary)


class AskedCell(SQLModel, table=True):
    """How many decisions of one month came out alike, and how many of them were answered: what response rates read
    instead of invitations. `outcome`: "asked", or the reason why not. Service and customer by key, "" where unknown."""

    __tablename__ = "asked_cell"
    month: date = Field(primary_key=True)
    service: str = Field(primary_key=True)
    customer: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    n: int
    answered: int


class InvitationLink(SQLModel, table=True):
    """A link that opens an invitation. A mail sent twice carries two; the first answer spends them all."""

    __tablename__ = "invitation_link"
    token_hash: str = Field(primary_key=True)
    invitation_id: UUID = Field(foreign_key="invitation.id", index=True, ondelete="CASCADE")


class AskingMark(SQLModel, table=True):
    """An ask that has no invitation of its own: a reminder that counts, or one by an anonymous survey.

    `person_mark` and `survey_mark` are keyed one-way hashes that change with every quarter: who was asked can be
    tested for a person one knows, but not read. `day` is all that is kept of the time.
    """

    __tablename__ = "asking_mark"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_mark: str = Field(index=True)
    survey_mark: str
    day: date = Field(index=True)


class OptOut(SQLModel, table=True):
    """Somebody does not want to be asked by this survey. By none at all: `Person.opted_out_at`."""

    __tablename__ = "opt_out"
    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    survey_id: UUID = Field(foreign_key="survey.id", primary_key=True)
    at: datetime = Field(sa_type=UtcTime)


class OptOutLink(SQLModel, table=True):
    """The secret behind "no more mails". It never expires: whoever finds an old mail may still say so."""

    __tablename__ = "opt_out_link"
    token_hash: str = Field(primary_key=True)
    invitation_id: UUID = Field(foreign_key="invitation.id", index=True, ondelete="CASCADE")


class MailTrouble(SQLModel, table=True):
    """An address that mail came back from. `address_hash`: keyed; a new address of the person starts afresh."""

    __tablename__ = "mail_trouble"
    address_hash: str = Field(primary_key=True)
    kind: TroubleKind = Field(sa_type=AutoString)
    code: str = ""
    at: datetime = Field(sa_type=UtcTime)
