"""Whom to ask, when and how often; invitations and what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from surveys.models import Channel, Detail, Reason

Token = Annotated[str, Meta(max_length=200)]
LanguageTag = Annotated[str, Meta(max_length=35)]
Words = list[Annotated[str, Meta(max_length=200)]]


class After(StrEnum):
    """What a trigger waits for: a ticket resolved, a ticket closed, or a whole matter over."""

    RESOLVED = "resolved"
    CLOSED = "closed"
    JOURNEY = "journey"


class Hours(StrEnum):
    ANY = "any"
    WAKING = "waking"
    WORKING = "working"


class Sender(StrEnum):
    """Who tells people of a survey: this program by mail, or the ticket system in its own mails."""

    TOUCHSTONE = "touchstone"
    TICKETS = "ticket-system"


class ReopeningRule(StrEnum):
    """Whether each episode of a reopened ticket may be asked about, or only the first."""

    EPISODE = "episode"
    ONCE = "once"


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class AnswerBudget(Struct, frozen=True, forbid_unknown_fields=True):
    """Nobody more is asked in a period once so many answers may be expected. `by`: for each of these apart."""

    answers: Annotated[int, Meta(ge=1, le=100_000)]
    per: Period = Period.DAY
    by: Literal["", "kind", "service", "customer", "group", "priority", "channel"] = ""


class TriggerDefinition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom to ask. A list of conditions that is empty holds for every ticket.

    `cooldown_days`: the survey's own clock, between two asks of one person by this survey. `patience_days`: how long
    asking waits for both clocks before it is given up. `gap_days`: after a journey's last ticket was over.
    """

    active: bool = True
    sender: Sender = Sender.TOUCHSTONE
    after: After = After.RESOLVED
    kinds: Words = []
    services: Words = []
    customers: Words = []
    priorities: Words = []
    groups: Words = []
    channels: Words = []
    close_reasons: Words = []
    attributes: dict[str, Words] = {}
    not_close_reasons: Words = []
    not_people: Words = []
    major_priorities: Words = []
    delay_minutes: Annotated[int, Meta(ge=0, le=90 * 24 * 60)] = 0
    hours: Hours = Hours.ANY
    gap_days: Annotated[int, Meta(ge=1, le=60)] = 7
    max_age_days: Annotated[int, Meta(ge=0, le=90)] = 3
    valid_days: Annotated[int, Meta(ge=1, le=90)] = 14
    reminders: Annotated[int, Meta(ge=0, le=3)] = 0
    reminder_days: Annotated[int, Meta(ge=1, le=30)] = 3
    reminders_count: bool = False
    cooldown_days: Annotated[int, Meta(ge=0, le=365)] = 7
    patience_days: Annotated[int, Meta(ge=0, le=90)] = 0
    reopened: ReopeningRule = ReopeningRule.EPISODE
    sample_percent: Annotated[int, Meta(ge=0, le=100)] = 100
    budget: AnswerBudget | None = None


class AskingPolicy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds for every survey. `asks` in `days`: the person's clock; 0 days: there is none. Hours: 0-24, local."""

    asks: Annotated[int, Meta(ge=1, le=50)] = 1
    days: Annotated[int, Meta(ge=0, le=365)] = 7
    waking: tuple[int, int] = (8, 20)
    working: tuple[int, int] = (9, 17)
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Resolution:
    ticket_id: UUID
    at: datetime


@dataclass(frozen=True)
class Ask:
    """Somebody was asked once. `survey_id` None: by a survey whose mark is not this one's."""

    survey_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class StratumCount:
    """Of one survey: answers and open asks of this period in a stratum, and its asks and answers of all times."""

    answered: int = 0
    pending: int = 0
    ever_asked: int = 0
    ever_answered: int = 0


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is known when it is decided whether to ask. `draw`: 0..100, fixed for a survey and ticket.

    `over_at`: when the episode or matter was over; `seen_at`: when this installation first heard so. `attributes`: what
    every ticket has; `more`: what this one has beside. `reopened`: it is not over any more.
    """

    survey_id: UUID
    attributes: Mapping[str, str]
    draw: float
    more: Mapping[str, str] = field(default_factory=dict)
    person_key: str = ""
    over_at: datetime | None = None
    seen_at: datetime | None = None
    opted_out: bool = False
    has_address: bool = True
    bounced: bool = False
    asks: tuple[Ask, ...] = ()
    reopened: bool = False
    asked_before: bool = False
    major_incident: bool = False
    channel: Channel = Channel.MAIL


@dataclass(frozen=True)
class PeopleAsked:
    """Of an organisation: how many are known with an address, drawn, asked, and by reason left in peace."""

    known: int
    drawn: int
    asked: int
    not_asked: Mapping[str, int]


@dataclass(frozen=True)
class Refusal:
    reason: Reason
    detail: Detail | None = None


@dataclass(frozen=True)
class Later:
    """Not now, but from `at` on."""

    at: datetime


@dataclass(frozen=True)
class Letter:
    """Everything that the mail of an invitation is written from. `reminder`: 0 the invitation itself, 1 its first...

    `pipes`: words of the ticket that may stand in the survey's texts.
    """

    invitation_id: UUID
    survey_id: UUID
    person_id: UUID
    version_id: UUID
    decided_at: datetime
    to: str
    language: str
    trigger: TriggerDefinition
    ticket: str
    summary: str
    service: str
    pipes: Mapping[str, str] = field(default_factory=dict)
    zones: tuple[str | None, ...] = ()
    reminder: int = 0
    expires_at: datetime | None = None

    @property
    def valid_days(self) -> int:
        return self.trigger.valid_days


@dataclass(frozen=True)
class Funnel:
    """From every decision to the answers; each step holds what the step before let through.

    `eligible`: neither excluded nor too old. `sampled`: and drawn. `delivered`: sent, and not come back.
    `opened`: by a person, not by a machine. `not_asked`: reason -> detail -> count.
    `calls`: of those asked by telephone who have not answered, how the last call went -> count.
    """

    decided: int
    planned: int
    eligible: int
    sampled: int
    asked: int
    sent: int
    delivered: int
    opened: int
    started: int
    finished: int
    reminded: int
    not_asked: dict[str, dict[str, int]]
    calls: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DryRun:
    """Whom a trigger would have asked. `by_day`: ISO day -> asks; `by_service`: key -> asks."""

    since: datetime
    until: datetime
    seen: int
    asked: int
    reasons: dict[str, int]
    by_day: dict[str, int]
    by_service: dict[str, int]
    people: int


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
class ResponseRate:
    """Invitations decided in a window, and what became of them. `not_asked`: reason -> count."""

    asked: int
    answered: int
    not_asked: dict[str, int]
