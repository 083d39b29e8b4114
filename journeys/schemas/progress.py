"""Where somebody's ticket stands, as told to who waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journeys.models import TicketKind
from journeys.schemas.flow import TicketFlow


class Step(StrEnum):
    QUEUE = "queue"
    ACTIVE = "active"
    WAITING_REQUESTER = "waiting_requester"
    WAITING_OTHERS = "waiting_others"
    DONE = "done"


@dataclass(frozen=True)
class Stand:
    """One ticket as the database tells it. `ahead`: how many older ones stand in its queue; None: not in one."""

    flow: TicketFlow
    ahead: int | None
    kind: TicketKind
    service_id: UUID | None


@dataclass(frozen=True)
class LikeIt:
    """Tickets of the same service and kind that are over. Seconds from their openings, the shortest first."""

    to_response: Sequence[float] = field(default_factory=list)
    to_resolution: Sequence[float] = field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """`since`: the day it came to this step. `ahead`: how many older ones stand in the same queue; None: not known.

    `news_by`: by this day most like it had been taken up or done; None where nobody can say. `of`: how many like it
    that was read from. `late`: it takes longer than they did.
    """

    step: Step
    since: date | None = None
    ahead: int | None = None
    news_by: date | None = None
    of: int = 0
    late: bool = False


@dataclass(frozen=True)
class Waiting:
    """A ticket that is not over, as the rule looks at it."""

    step: Step
    opened_at: datetime | None
    since: datetime | None
    ahead: int | None
    at: datetime
