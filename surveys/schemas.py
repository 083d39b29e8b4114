"""The shapes of the ask floor: what a survey is, what comes in, what goes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from journeys.schemas.places import Bilingual
from surveys.models import Channel, Mode, Reason

LONGEST_TEXT = 10_000


class Kind(StrEnum):
    """How a question is answered."""

    RATING = "rating"
    CHOICE = "choice"
    TEXT = "text"
    CHECKBOX = "checkbox"


class Construct(StrEnum):
    """What a question measures. All but `other` stand at most once in a survey."""

    FUNCTIONAL = "functional"
    EMOTIONAL = "emotional"
    SATISFACTION = "satisfaction"
    LOST_TIME = "lost_time"
    COMMENT = "comment"
    CONTACT = "contact"
    OTHER = "other"


DIMENSIONS = (Construct.FUNCTIONAL, Construct.EMOTIONAL, Construct.SATISFACTION)


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """Steps from `min` (worst) to `max` (best), with a word for each."""

    min: int
    max: int
    labels: list[Bilingual]


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to a choice; where time lost is asked for, `value` is a number of minutes."""

    value: Annotated[str, Meta(min_length=1, max_length=40)]
    label: Bilingual


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    construct: Construct
    kind: Kind
    wording: Bilingual
    hint: Bilingual | None = None
    required: bool = False
    scale: Scale | None = None
    options: list[Option] = []
    max_length: Annotated[int, Meta(ge=1, le=LONGEST_TEXT)] = 2000


class TriggerDefinition(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to ask, as installed; `kinds` empty: every kind of ticket."""

    kinds: list[str] = []
    delay_minutes: Annotated[int, Meta(ge=0, le=90 * 24 * 60)] = 0
    max_age_days: Annotated[int, Meta(ge=0, le=90)] = 3
    valid_days: Annotated[int, Meta(ge=1, le=90)] = 14
    cooldown_days: Annotated[int, Meta(ge=0, le=365)] = 7
    sample_percent: Annotated[int, Meta(ge=0, le=100)] = 100


class SurveyDefinition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    mode: Mode = Mode.CONFIDENTIAL
    title: Bilingual
    intro: Bilingual
    thanks: Bilingual
    questions: Annotated[list[Question], Meta(min_length=1, max_length=50)]
    trigger: TriggerDefinition | None = None


@dataclass(frozen=True)
class Published:
    """A published version: never changes, so it may be kept in memory."""

    version_id: UUID
    number: int
    definition: SurveyDefinition


@dataclass(frozen=True)
class Resolution:
    ticket_id: UUID
    at: datetime


@dataclass(frozen=True)
class Asking:
    """What is known when it is decided whether to ask. `draw`: 0..100, fixed for a survey and ticket."""

    kind: str
    opted_out: bool
    has_address: bool
    last_asked_at: datetime | None
    resolved_at: datetime | None
    draw: float
    channel: Channel = Channel.MAIL


@dataclass(frozen=True)
class Asked:
    """What a valid link opens."""

    invitation_id: UUID
    survey: Published
    ticket_id: UUID | None
    person_id: UUID | None
    answered: bool
    person_language: str | None
    ticket: str
    summary: str


@dataclass(frozen=True)
class Letter:
    """Everything that the mail of an invitation is written from."""

    invitation_id: UUID
    version_id: UUID
    decided_at: datetime
    to: str
    language: str
    valid_days: int
    ticket: str
    summary: str
    service: str


AnswerValue = str | int | float | bool | None
Given = Mapping[str, AnswerValue]
Token = Annotated[str, Meta(max_length=200)]
SubmissionKey = Annotated[str, Meta(min_length=1, max_length=100)]
LanguageTag = Annotated[str, Meta(max_length=35)]


@dataclass(frozen=True)
class Answers:
    """Answers that were checked. `entries`: one an answered question, words apart in `comment`."""

    entries: list[dict[str, Any]]
    comment: str
    may_contact: bool


@dataclass(frozen=True)
class Submission:
    submission_key: str
    language: str
    given: Given


@dataclass(frozen=True)
class Receipt:
    """`new` is false when the same answers had arrived before."""

    confirmation: str
    new: bool


class ResponseIn(Struct, forbid_unknown_fields=True, kw_only=True):
    token: Token
    submission_key: SubmissionKey
    answers: dict[str, AnswerValue]
    language: LanguageTag | None = None


class ResponseOut(Struct, frozen=True):
    confirmation: str


class TicketRef(Struct, frozen=True, forbid_unknown_fields=True):
    source: Annotated[str, Meta(min_length=1, max_length=64)]
    id: Annotated[str, Meta(min_length=1, max_length=200)]


class PersonRef(Struct, frozen=True, forbid_unknown_fields=True):
    key: Annotated[str, Meta(min_length=1, max_length=200)]
    email: Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    language: LanguageTag | None = None


class InvitationIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    survey: str
    ticket: TicketRef
    person: PersonRef
    channel: Literal["link"] = "link"


class InvitationOut(Struct, frozen=True):
    id: UUID
    url: str
    expires_at: datetime


class NotAsked(Struct, frozen=True):
    reason: Reason
    asked: bool = False


@dataclass(frozen=True)
class ResponseVoice:
    """A response as the floor above reads it. Dimensions run 0-100; None: not answered."""

    response_id: UUID
    ticket_id: UUID | None
    person_id: UUID | None
    language: str
    channel: str
    said_at: datetime
    comment: str
    may_contact: bool
    functional: float | None
    emotional: float | None
    satisfaction: float | None
    lost_minutes: float | None


@dataclass(frozen=True)
class ResponseRate:
    """Invitations decided in a window, and what became of them. `not_asked`: reason -> count."""

    asked: int
    answered: int
    not_asked: dict[str, int]


@dataclass(frozen=True)
class Willing:
    """An answer whose giver may be contacted about it; `scores` as given, 1-5, in the order of the questions."""

    ticket: str
    customer: str
    name: str
    email: str
    answered_at: datetime
    scores: list[int]
    comment: str
