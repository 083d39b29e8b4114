"""How feedback is handled, whoever said it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import AutoString, Field, SQLModel

from core.db import UtcTime
from feedback.models.anonymous import NO_ROW_NUMBER
from feedback.models.said import Kind


class State(StrEnum):
    NEW = "new"
    SEEN = "seen"
    ANSWERED = "answered"
    ACTED = "acted"
    CLOSED = "closed"


class MessageKind(StrEnum):
    """SAID, MORE, HEARD come from the author; NOTE is for colleagues alone; the others go to the author."""

    SAID = "said"
    MORE = "more"
    HEARD = "heard"
    ANSWER = "answer"
    QUESTION = "question"
    DONE = "done"
    THANKS = "thanks"
    NOTE = "note"


class Matter(SQLModel, table=True):
    """A feedback in the hands of those who answer it: no words, no author.

    Of an anonymous one, `day` is that of its release. `id` is the feedback's own. `into_id`: it is dealt with together
    with that one. `sameness` as in `WaitingPost`. `sentiment` and `read_touchpoint`: how it was read.
    """

    __tablename__ = "feedback_matter"
    __table_args__ = (
        Index("ix_feedback_matter_newest", "day", "id"),
        Index("ix_feedback_matter_inbox", "customer_id", "day", "id"),
        NO_ROW_NUMBER,
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    anonymous: bool
    day: date
    kind: Kind = Field(sa_type=AutoString)
    channel: str
    service_id: UUID | None = Field(default=None, foreign_key="service.id", index=True)
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id")
    touchpoint_id: UUID | None = Field(default=None, foreign_key="touchpoint.id")
    state: State = Field(default=State.NEW, sa_type=AutoString, index=True)
    owner: str = ""
    due_on: date
    remind_on: date
    delete_on: date
    into_id: UUID | None = Field(default=None, index=True)
    sameness: str = Field(default="", index=True)
    sentiment: str = ""
    read_touchpoint: str = ""
    asked_back: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class Message(SQLModel, table=True):
    """A turn of the dialogue about a matter. The first one of an anonymous matter holds all that was said in it."""

    __tablename__ = "feedback_message"
    __table_args__ = (NO_ROW_NUMBER,)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    matter_id: UUID = Field(foreign_key="feedback_matter.id", ondelete="CASCADE", index=True)
    kind: MessageKind = Field(sa_type=AutoString)
    sealed: bytes = Field(sa_type=LargeBinary)
    by: str = ""
    day: date
    place: int = 0


class Reader(SQLModel, table=True):
    """Who reads what belongs to no customer's managers: of one service (its key), or of all and none (""). What came
    before `since` stays closed to them."""

    __tablename__ = "feedback_reader"
    who: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    since: date


class Glass(SQLModel, table=True):
    """Somebody asks to read what policy hides from them; a second person lets them, for a day."""

    __tablename__ = "feedback_glass"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    matter_id: UUID = Field(foreign_key="feedback_matter.id", ondelete="CASCADE", index=True)
    asked_by: str
    reason: str
    asked_at: datetime = Field(sa_type=UtcTime)
    decided_by: str = ""
    allowed: bool | None = None
    open_until: datetime | None = Field(default=None, sa_type=UtcTime)
