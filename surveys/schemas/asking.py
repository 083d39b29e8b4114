"""Whom to ask, and what a person is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from surveys.models import Channel, Reason


class TriggerDefinition(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to ask, as installed; `kinds` empty: every kind of ticket."""

    kinds: list[str] = []
    delay_minutes: Annotated[int, Meta(ge=0, le=90 * 24 * 60)] = 0
    max_age_days: Annotated[int, Meta(ge=0, le=90)] = 3
    valid_days: Annotated[int, Meta(ge=1, le=90)] = 14
    cooldown_days: Annotated[int, Meta(ge=0, le=365)] = 7
    sample_percent: Annotated[int, Meta(ge=0, le=100)] = 100


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


Token = Annotated[str, Meta(max_length=200)]


LanguageTag = Annotated[str, Meta(max_length=35)]


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
