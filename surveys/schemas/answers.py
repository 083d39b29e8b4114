"""What is answered, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, field

from surveys.schemas.asking import LanguageTag, Token
from surveys.schemas.definitions import Published


class Asked(Struct, frozen=True):
    """What a valid link opens. `attributes`: of the ticket, by key, for conditions; `pipes`: its words, for texts.

    Without an invitation: an open address. `changeable`: it is answered, and the answer may still be changed.
    `over_on`: when the ticket was resolved; None while it is not.
    """

    invitation_id: UUID | None
    survey: Published
    ticket_id: UUID | None
    person_id: UUID | None
    answered: bool
    person_language: str | None
    ticket: str
    summary: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    pipes: Mapping[str, Any] = field(default_factory=dict)
    changeable: bool = False
    over_on: date | None = None


AnswerValue = str | int | float | bool | None | list[str | int] | dict[str, str | int | None]


Given = Mapping[str, AnswerValue]


SubmissionKey = Annotated[str, Meta(min_length=1, max_length=100)]


class Answers(Struct, frozen=True):
    """Answers that were checked. `entries`: one an answered question, words apart in `comment`."""

    entries: list[dict[str, Any]]
    comment: str
    may_contact: bool


class Submission(Struct, frozen=True):
    submission_key: str
    language: str
    given: Given


class Receipt(Struct, frozen=True):
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


@dataclass(frozen=True)
class ResponseVoice:
    """A response as the floor above reads it. Dimensions run 0-100; None: not answered.

    `customer`, `service`, `touchpoint`: keys, where they came with it, or its survey names them and it has no ticket.
    `sla_met`: whether the agreed time was kept, as the ticket says, else the file that the answer came with.
    """

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
    overall: float | None = None
    survey: str = ""
    customer: str = ""
    service: str = ""
    touchpoint: str = ""
    sla_met: bool | None = None


@dataclass(frozen=True)
class Chosen:
    """A step as somebody chose it, and the highest that there was."""

    construct: str
    value: int
    highest: int


@dataclass(frozen=True)
class Willing:
    """An answer whose giver may be contacted about it; `scores` as given, in the order of the questions."""

    ticket: str
    customer: str
    name: str
    email: str
    answered_at: datetime
    scores: list[Chosen]
    comment: str
