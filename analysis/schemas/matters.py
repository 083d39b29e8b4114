"""One matter of one person: everything that belongs to it, on one line of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Stream(StrEnum):
    """The three core value streams, and what was said beside them."""

    RESTORATION = "restoration"
    FULFILMENT = "fulfilment"
    NEW_DEMAND = "new_demand"
    SAID = "said"


class Happened(StrEnum):
    OPENED = "opened"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    ASKED = "asked"
    TOLD = "told"
    SPOKE = "spoke"
    REPLIED = "replied"


@dataclass(frozen=True)
class Strand:
    """A ticket or a message. `number`: of the ticket; `name`: its summary, or the kind of message. `over_at` None: it
    goes on.

    `open_hours` on its clock, `idle_hours` of them in queues and waiting; None where no clock ran. `sla_met` None: not
    known. `handoffs` and `reopens` say how often, never who.
    """

    id: UUID
    stream: Stream
    number: str
    name: str
    service: str
    touchpoint: str
    began_at: datetime
    over_at: datetime | None
    open_hours: float | None = None
    idle_hours: float | None = None
    handoffs: int = 0
    reopens: int = 0
    sla_met: bool | None = None


@dataclass(frozen=True)
class Entry:
    """`text`: words that may be shown; `kind`: of a message or reply; `survey`: its title by language; `scores`: by
    construct, with the highest of the scale."""

    at: datetime
    what: Happened
    strand: UUID
    stream: Stream
    text: str = ""
    kind: str = ""
    channel: str = ""
    survey: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class WholeMatter:
    """`streams` in the order in which it came to them. `person`: a name that they gave themselves, "" else."""

    id: UUID
    customer: str
    person: str
    strands: tuple[Strand, ...]
    streams: tuple[Stream, ...]
    began_at: datetime
    over_at: datetime | None
    entries: tuple[Entry, ...] = ()

    @property
    def open_hours(self) -> float:
        return sum(one.open_hours or 0.0 for one in self.strands)

    @property
    def idle_hours(self) -> float:
        return sum(one.idle_hours or 0.0 for one in self.strands)


@dataclass(frozen=True)
class Matters:
    """`more`: there were more than are shown."""

    matters: tuple[WholeMatter, ...]
    more: bool
