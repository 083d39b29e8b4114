"""Ticket events in the neutral form: what every ticket system's events are turned into."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from core.errors import FieldError
from journeys.models import EventType, TicketKind, TicketState, WaitingFor

Key = Annotated[str, Meta(min_length=1, max_length=200)]
Source = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(max_length=200)]
Word = Annotated[str, Meta(max_length=64)]
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Language = Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")]
Summary = Annotated[str, Meta(max_length=4000)]
Zone = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]
Attributes = Annotated[dict[Word, Name], Meta(max_length=50)]
Instant = Annotated[datetime, Meta(tz=True)]
Sequence = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class RequesterIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: Key
    email: Email | None = None
    name: Name | None = None
    language: Language | None = None
    zone: Zone | None = None


class TicketEventIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that happened to a ticket.

    `service`, `customer` and `requester` must be there and may be null: an event that does not know them
    changes nothing about them. `state` says outright in which state the ticket is from here on, for systems
    that log states and not happenings; without it the state follows from `type`. `opened_at` is the opening
    that the event reports, where a system repeats it. `sequence` orders events of the same instant. `matter`: a key
    that linked tickets share. `attributes`: whatever else the system tells, for triggers to look at. `sla_met`:
    whether what was agreed on time was kept, as the system counts it.
    """

    source: Source
    event_id: Key
    ticket: Key
    type: EventType
    at: Instant
    kind: TicketKind
    service: Key | None
    customer: Key | None
    requester: RequesterIn | None
    group: Name | None = None
    priority: Word | None = None
    channel: Word | None = None
    waiting_for: WaitingFor | None = None
    summary: Summary | None = None
    state: TicketState | None = None
    opened_at: Instant | None = None
    sequence: Sequence = 0
    close_reason: Word | None = None
    matter: Key | None = None
    attributes: Attributes | None = None
    sla_met: bool | None = None


class Rejected(Struct, frozen=True):
    """What was refused, by its place in the list, from 0."""

    index: int
    errors: list[FieldError]


class Recorded(Struct, frozen=True):
    """What became of a batch of events."""

    accepted: int = 0
    duplicate: int = 0
    rejected: list[Rejected] = field(default_factory=list)


class RowRejected(Struct, frozen=True):
    """What was refused of a file: the header is row 1; of NDJSON the first line is."""

    row: int
    errors: list[FieldError]


class LogReading(Struct, kw_only=True):
    """What a log file holds. Of the rejects the first are listed and all are counted.

    `ignored`: rows that the mapping passes over. `misread_times`: rejects whose time has another format.
    """

    rows: int = 0
    events: int = 0
    ignored: int = 0
    misread_times: int = 0
    rejected_total: int = 0
    rejected: list[RowRejected] = field(default_factory=list)


class LogImported(LogReading, kw_only=True):
    """What became of a log file; a dry run stores nothing."""

    accepted: int = 0
    duplicate: int = 0
    dry_run: bool = False
