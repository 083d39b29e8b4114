"""What comes in (typed on the page, sent by a program) and what goes out (to managers, to the analysis)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from feedback.models import Channel, Closeness, Kind

LONGEST_TEXT = 10_000  # characters
LONGEST_NAME = 200
LONGEST_KEY = 100
WORST, BEST = 1, 5

Score = Annotated[int, Meta(ge=WORST, le=BEST, description="1 (worst) to 5 (best)")]
Key = Annotated[str, Meta(max_length=LONGEST_KEY)]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who says it, as far as they want to be known."""

    name: Annotated[str, Meta(max_length=LONGEST_NAME)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""


class FeedbackBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feedback as programs send it. `service`, `touchpoint`, `customer`: keys (the last from integrations only)."""

    text: Annotated[str, Meta(max_length=LONGEST_TEXT)]
    kind: Kind
    anonymous: bool
    service: Key = ""
    touchpoint: Key = ""
    customer: Key = ""
    functional: Score | None = None
    emotional: Score | None = None
    satisfaction: Score | None = None
    contact: Contact | None = None
    confidential: bool = False
    channel: Channel = Channel.API
    submission_key: Annotated[str, Meta(min_length=1, max_length=LONGEST_KEY)] | None = None
    proof: Annotated[str, Meta(max_length=4000, description="A solved challenge, asked for under a flood")] = ""


@dataclass(frozen=True)
class Said:
    """A feedback as it reached us, before anybody checked it. Keys and texts are "" where nothing was given."""

    source: str
    submission_key: str
    text: str
    kind: str
    channel: str
    language: str = ""
    service: str = ""
    touchpoint: str = ""
    customer: str = ""
    author_name: str = ""
    author_email: str = ""
    functional: int | None = None
    emotional: int | None = None
    satisfaction: int | None = None
    closeness: Closeness = Closeness.NAMED


@dataclass(frozen=True)
class Received:
    id: UUID
    new: bool


@dataclass(frozen=True)
class FeedbackVoice:
    """A feedback for the analysis: scores 0-100, keys "" where unknown. Of a `sealed` one the words are lent for
    reading, and are not to be stored."""

    feedback_id: UUID
    kind: str
    text: str
    language: str
    channel: str
    said_at: datetime
    service: str
    customer: str
    touchpoint: str
    functional: float | None
    emotional: float | None
    satisfaction: float | None
    sealed: bool = False


def percent(score: int | None) -> float | None:
    """1-5 as answered to the 0-100 on which all floors above compare."""
    return None if score is None else (score - WORST) / (BEST - WORST) * 100
