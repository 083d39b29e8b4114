"""Moments of truth: what was found, its figures over time, and the sums that they are found from."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from core.db import Json, UtcTime
from core.ids import ordered_id


class MomentState(StrEnum):
    """`watch`: dear and rare, or changed of a sudden; not shown to cost anything yet. `worse`: came back, or costs
    clearly more than when it was found or acted on. `cleared`: it looks worse than it is, since people arrive hurt
    from a moment elsewhere, or since it is merely disliked."""

    WATCH = "watch"
    FOUND = "found"
    ACTED_ON = "acted_on"
    RECOVERED = "recovered"
    WORSE = "worse"
    CLEARED = "cleared"


COSTING = (MomentState.FOUND, MomentState.WORSE, MomentState.ACTED_ON)  # tested, and not over


class Moment(SQLModel, table=True):
    """A moment of truth: a touchpoint, or one segment of its visits (`dimension` "" means everybody).

    Losses in points of journey-end satisfaction (scale 1 to 5) per 100 visits or journeys, with a 95 % interval. Where
    `wins`, people leave happier than they came, and a loss is negative. `kind` is the finding's of the newest look,
    `n` its answered visits, `persons` those behind its bad visits. `figures` holds the rest of the finding,
    `by_customer` what each customer's people lose: {"persons", "part": as in `analysis/statistics/pooling.py`}.
    `evidence`: ids of experiences.
    """

    __tablename__ = "moment"
    __table_args__ = (UniqueConstraint("touchpoint", "dimension", "value", "wins"),)
    id: UUID = Field(default_factory=ordered_id, primary_key=True)
    touchpoint: str
    dimension: str = ""
    value: str = ""
    wins: bool = False
    kind: str
    state: MomentState = Field(sa_type=AutoString)
    loss_per_100_visits: float
    ci_low: float
    ci_high: float
    loss_per_100_journeys: float
    n: int
    persons: int
    rank: int
    since: date | None = None
    since_from: date | None = None
    since_until: date | None = None
    first_detected: date
    looked_on: date
    acted_on_at: datetime | None = Field(default=None, sa_type=UtcTime)
    method: str
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    by_customer: dict[str, dict[str, Any]] = Field(default_factory=dict, sa_type=Json)
    evidence: list[str] = Field(default_factory=list, sa_type=Json)


class MomentFigure(SQLModel, table=True):
    """What a moment's numbers were on a day, by a version of the method."""

    __tablename__ = "moment_figure"
    moment_id: UUID = Field(primary_key=True, foreign_key="moment.id", ondelete="CASCADE")
    looked_on: date = Field(primary_key=True)
    method: str = Field(primary_key=True)
    kind: str
    state: MomentState = Field(sa_type=AutoString)
    loss_per_100_visits: float
    ci_low: float
    ci_high: float
    loss_per_100_journeys: float
    bad_share: float
    effect: float
    n: int
    by_customer: dict[str, dict[str, Any]] = Field(default_factory=dict, sa_type=Json)


class MomentLook(SQLModel, table=True):
    """The newest look: what it had to go by, also when it found nothing."""

    __tablename__ = "moment_look"
    day: date = Field(primary_key=True)
    method: str
    announcing: bool
    report: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class MomentParameters(SQLModel, table=True):
    """What rows are counted by: baselines and variance components, frozen so that counting stays incremental."""

    __tablename__ = "moment_parameters"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    learnt_on: date
    answers: int
    values: dict[str, Any] = Field(sa_type=Json)


class MomentChain(SQLModel, table=True):
    """What one person lived through, as it stands in the cells: it is taken out as it was, and put in as it is.

    `person` is the voice itself where nobody knows who spoke. `visits`: msgpack. `draw`: a number from the person's
    id, by which a sample is drawn. `stale`: something was said since, or is read by other parameters now.
    """

    __tablename__ = "moment_chain"
    __table_args__ = (
        Index("ix_moment_chain_parameters", "parameters", "person"),
        Index("ix_moment_chain_draw", "draw"),
        Index("ix_moment_chain_stale", "stale", "person"),
    )
    person: UUID = Field(primary_key=True)
    draw: int
    parameters: int
    answers: int
    stale: bool
    visits: bytes = Field(sa_type=LargeBinary)


def _sum() -> Any:
    return Field(default=0, sa_type=BigInteger)


class MomentCell(SQLModel, table=True):
    """Additive sums of the passes of one touchpoint, segment value, month and kind of visit (docs/method.md, step 6).

    All are whole numbers of 2^-20, so that adding and taking away is exact in any order.
    `second_ij`: squared weight times the product of two of (1, D, B, R, S). `people`: a sketch, bits of persons.
    """

    __tablename__ = "moment_cell"
    touchpoint: str = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    kind: int = Field(primary_key=True)
    people: int = _sum()
    passes: int = _sum()
    score: int = _sum()
    linked: int = _sum()
    weight: int = _sum()
    difference: int = _sum()
    predicted: int = _sum()
    known: int = _sum()
    shared: int = _sum()
    second_00: int = _sum()
    second_01: int = _sum()
    second_02: int = _sum()
    second_03: int = _sum()
    second_04: int = _sum()
    second_11: int = _sum()
    second_12: int = _sum()
    second_13: int = _sum()
    second_14: int = _sum()
    second_22: int = _sum()
    second_23: int = _sum()
    second_24: int = _sum()
    second_33: int = _sum()
    second_34: int = _sum()
    second_44: int = _sum()
    end_weight: int = _sum()
    end_difference: int = _sum()
    end_unknown: int = _sum()


class MomentWeek(SQLModel, table=True):
    """Answered and bad visits of a week (its Monday): since when, and what changed of a sudden."""

    __tablename__ = "moment_week"
    week: date = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    answered: int
    bad: int


class MomentTotal(SQLModel, table=True):
    """Journeys that ended in a month, how many of them with an answer about the whole, answered visits, and people
    who were first heard of in it."""

    __tablename__ = "moment_total"
    month: date = Field(primary_key=True)
    journeys: int
    ended: int
    answers: int
    persons: int
