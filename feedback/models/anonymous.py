"""What is kept of people whom nobody knows, and what waits to be mixed.

No column here holds a name, an account, an address or a time finer than a day, and no table has a hidden row number:
SQLite's would be a clock.
"""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

NO_ROW_NUMBER = {"sqlite_with_rowid": False}


class WaitingPost(SQLModel, table=True):
    """A message between its arrival and its release, when it is written anew under another id.

    All that was said stands in `sealed`. `sameness`: a keyed hash by which the same message sent again is known.
    """

    __tablename__ = "feedback_waiting"
    __table_args__ = (NO_ROW_NUMBER,)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    day: date
    sameness: str
    sealed: bytes = Field(sa_type=LargeBinary)


class WaitingMark(SQLModel, table=True):
    """By which receipt a waiting message is found. The hash by which the receipt is known later is sealed, and made
    otherwise: whoever has a copy from before the release and one from after it cannot put the two together."""

    __tablename__ = "feedback_waiting_mark"
    __table_args__ = (NO_ROW_NUMBER,)
    mark: str = Field(primary_key=True)
    post_id: UUID = Field(primary_key=True, foreign_key="feedback_waiting.id", ondelete="CASCADE", index=True)
    sealed: bytes = Field(sa_type=LargeBinary)


class Receipt(SQLModel, table=True):
    """With what somebody comes back: the keyed hash of it. Nothing tells whether it was ever used."""

    __tablename__ = "feedback_receipt"
    __table_args__ = (NO_ROW_NUMBER,)
    hash: str = Field(primary_key=True)
    matter_id: UUID = Field(foreign_key="feedback_matter.id", ondelete="CASCADE", index=True)


class SpentProof(SQLModel, table=True):
    """A proof of work counts once. Swept when it could no longer be shown anyway."""

    __tablename__ = "feedback_spent_proof"
    __table_args__ = (NO_ROW_NUMBER,)
    nonce: str = Field(primary_key=True)
    day: date


class Gone(SQLModel, table=True):
    """A matter that was withdrawn or whose time was over: with the next turn the floors above forget it too."""

    __tablename__ = "feedback_gone"
    __table_args__ = (NO_ROW_NUMBER,)
    id: UUID = Field(primary_key=True)
    day: date


class Turn(SQLModel, table=True):
    """One row: the last day of which the waiting messages had their turn."""

    __tablename__ = "feedback_turn"
    id: int = Field(default=1, primary_key=True)
    day: date
