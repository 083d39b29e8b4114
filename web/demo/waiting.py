"""Tickets that are still open today, so that there are people who wait: for their turn, for the work, for an answer."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from journeys.models import EventType, WaitingFor
from journeys.schemas.tickets import TicketEventIn
from web.demo.tickets import DemoTicket, event_of

Step = tuple[float, EventType, WaitingFor | None]  # hours before now
AT_WORK = EventType.RESPONDED, None
STANDING: tuple[tuple[Step, ...], ...] = (
    *(((hours, EventType.CREATED, None),) for hours in (0.5, 1.0, 1.5, 2.5, 4.0)),
    ((20, EventType.CREATED, None), (18, *AT_WORK)),
    ((29, EventType.CREATED, None), (25, *AT_WORK)),
    ((52, EventType.CREATED, None), (50, *AT_WORK), (26, EventType.WAITING, WaitingFor.REQUESTER)),
    ((75, EventType.CREATED, None), (71, *AT_WORK), (47, EventType.WAITING, WaitingFor.VENDOR)),
)


def still_open(closed: Sequence[DemoTicket], until: datetime) -> list[TicketEventIn]:
    """All of one kind, the most frequent, in the queue of its first group; `open-1` is the newest of them."""
    (service, kind), _n = Counter((one.service.key, one.kind) for one in closed).most_common(1)[0]
    like = [one for one in closed if (one.service.key, one.kind) == (service, kind)][-len(STANDING) :]
    return [
        event_of(_again(one, number), step, type_, until - timedelta(hours=hours), _queue(one, step), whom, None)
        for number, (one, steps) in enumerate(zip(like, STANDING, strict=True), 1)
        for step, (hours, type_, whom) in enumerate(steps)
    ]


def _again(one: DemoTicket, number: int) -> DemoTicket:
    return DemoTicket(f"open-{number}", one.person, one.service, one.kind, one.touchpoint, None, one.channel, 0.0)


def _queue(one: DemoTicket, step: int) -> str | None:
    return one.service.groups[0] if step == 0 else None
