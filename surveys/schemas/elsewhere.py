"""What was said elsewhere: rows of a file, and notes of a meeting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec import field as member

from journeys.schemas import RowRejected
from surveys.schemas.questions import Construct


class Meeting(StrEnum):
    """Where people spoke and somebody wrote down what they said; the channel of these voices."""

    SERVICE_REVIEW = "service_review"
    CHANGE_REVIEW = "change_review"
    FOCUS_GROUP = "focus_group"
    COMMUNITY = "community"
    ON_SITE = "on_site"


@dataclass(frozen=True)
class Score:
    """A step as it was given, on a scale that begins at 1."""

    value: float
    highest: float = 5


@dataclass(frozen=True, kw_only=True)
class Told:
    """One answer that was given elsewhere. Keys are "" where nobody knows. Without score and words: a mere visit."""

    source: str
    external_id: str
    at: datetime
    channel: str = ""
    person: str = ""
    ticket: str = ""
    customer: str = ""
    service: str = ""
    touchpoint: str = ""
    journey: str = ""
    persona: str = ""
    scores: Mapping[Construct, Score] = field(default_factory=dict)
    recovery: bool | None = None
    sla_met: bool | None = None
    comment: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


class ToldImported(Struct, kw_only=True):
    """What became of a file; of the rejects the first are listed and all are counted."""

    rows: int = 0
    accepted: int = 0
    duplicate: int = 0
    dry_run: bool = False
    rejected_total: int = 0
    rejected: list[RowRejected] = member(default_factory=list)


@dataclass(frozen=True)
class Note:
    """Points of one meeting. They count as one person, since nobody knows how many spoke."""

    meeting: Meeting
    day: date
    points: tuple[str, ...]
    customer: str = ""
    service: str = ""
    touchpoint: str = ""
    satisfaction: int | None = None
