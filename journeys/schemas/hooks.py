"""What a ticket system calls when something happens there, and how its payload is read. Explained in docs/hooks.md."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec import field as member

from core.errors import FieldError
from journeys.models import HookCallState, HookSystem
from journeys.schemas.mapping import MappedTime, MeansByValue, Text, TimeForm
from journeys.schemas.tickets import TicketEventIn

Name = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,40}$")]
# By path, the values that are wanted: "*" is any value, "" none, "@path" what stands at another place.
Conditions = dict[Text, list[str]]


class HookEvents(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of payload, and the event it tells of. `each`: a list, of whose items each is read as `item`.

    `means`: what it always means; else `event.what` and `meanings` say so. `event`: fields that are read here
    otherwise than in all the other payloads.
    """

    name: Name
    when: Conditions = member(default_factory=dict)
    unless: Conditions = member(default_factory=dict)
    each: Text | None = None
    means: Text | None = None
    meanings: MeansByValue = member(default_factory=dict)
    times: list[MappedTime] = member(default_factory=list)
    event: dict[str, Any] = member(default_factory=dict)


class HookMapping(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: Annotated[str, Meta(min_length=1, max_length=64)]
    events: Annotated[list[HookEvents], Meta(min_length=1)]
    event: dict[str, Any] = member(default_factory=dict)
    time: TimeForm = member(default_factory=TimeForm)


@dataclass(frozen=True)
class HookReading:
    """What a payload tells: its events, and what could not be read. Neither: it is none that the mapping knows."""

    events: list[TicketEventIn] = field(default_factory=list)
    problems: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True)
class PayloadValue:
    """A value of a payload, the path to it, and the fields of the mapping that read it."""

    path: str
    value: str
    used_for: list[str]


@dataclass(frozen=True)
class Wrong:
    """Something in a mapping's text that cannot be used; `line` from 1, None where none can be named."""

    line: int | None
    field: str
    message: str


@dataclass(frozen=True)
class Look:
    """What the editor of a mapping shows: what is wrong with the text, or how it reads one payload."""

    wrong: list[Wrong] = field(default_factory=list)
    reading: HookReading | None = None
    problems: list[Wrong] = field(default_factory=list)
    values: list[PayloadValue] = field(default_factory=list)


@dataclass(frozen=True)
class HookSeen:
    """A hook as admins see it; counts of the calls that are kept."""

    system: HookSystem
    key: str
    mapping: str
    calls: dict[HookCallState, int]
    last_at: datetime | None
