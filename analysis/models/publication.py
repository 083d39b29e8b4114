"""What reports read: sums that the gate let out, batch by batch; and what waits to be let out."""

from datetime import date, datetime
from enum import IntFlag
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import AutoString, Field, SQLModel

from analysis.models.voices import Dimension
from core.db import BigKey, Json, UtcTime


class Released(IntFlag):
    """To whom words may be shown: who sees all customers, who sees this customer; and under a filter by service."""

    NOBODY = 0
    ALL = 1
    CUSTOMER = 2
    ALL_BY_SERVICE = 4
    CUSTOMER_BY_SERVICE = 8


class WaitingAnswer(SQLModel, table=True):
    """One score that is not published yet; the row goes when it is, and with it who gave it.

    `person` is the voice itself where nobody knows who spoke. `smallest`: the smallest group that was promised when
    the answer was given. `change`: not a new answer, but what a correction takes from a published one (`n` -1), or
    puts in its place.
    """

    __tablename__ = "publication_waiting"
    __table_args__ = (
        Index("ix_publication_waiting_cell", "dimension", "smallest", "month"),
        Index("ix_publication_waiting_person", "person"),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    month: date
    touchpoint: str
    service: str
    customer: str
    dimension: Dimension = Field(sa_type=AutoString)
    person: UUID
    n: int
    total: int = Field(sa_type=BigKey)
    squares: int = Field(sa_type=BigKey)
    smallest: int
    change: bool = False


class PublishedSum(SQLModel, table=True):
    """A sum that may be seen: of one customer at one place (`kind` cell), of what else one customer said (customer), or
    of what else was said at one place by a portfolio of customers (place). "*": any, "@stage": of that stage.

    `month` is the last of those that were joined, `since` the first.
    """

    __tablename__ = "published_sum"
    __table_args__ = (Index("ix_published_sum_customer", "customer", "month"),)
    month: date = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    portfolio: str = Field(primary_key=True)
    customer: str = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    dimension: Dimension = Field(primary_key=True, sa_type=AutoString)
    since: date
    n: int
    total: int = Field(sa_type=BigKey)
    squares: int = Field(sa_type=BigKey)


class Portfolio(SQLModel, table=True):
    """Customers who are looked after together; the key is made of them, so a portfolio never changes."""

    __tablename__ = "publication_portfolio"
    key: str = Field(primary_key=True)
    customers: list[str] = Field(sa_type=Json)


class Publication(SQLModel, table=True):
    """A batch in which something was published."""

    __tablename__ = "publication"
    number: int = Field(primary_key=True, sa_type=BigKey, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcTime)


class Promise(SQLModel, table=True):
    """The smallest groups that are promised from a day on; on that day itself the stricter promise holds."""

    __tablename__ = "publication_promise"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: date
    min_group: int
    min_group_comments: int
