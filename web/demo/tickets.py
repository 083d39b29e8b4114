"""Tickets of the demo company: who, what, when, and how the work flowed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from journeys.models import EventType, TicketKind, WaitingFor
from journeys.rules.context import place
from journeys.schemas.places import TouchpointDefinition
from journeys.schemas.tickets import RequesterIn, TicketEventIn
from web.demo.company import Company, DemoCustomer, DemoService, Plant

DAYS = 365
SOURCE = "demo"
FOLLOWING, NEARBY = 0.3, 25  # tickets that follow another of the same person, one of so many opened last
FAILED, LASTING, FORGOTTEN = 3.0, 0.5, timedelta(days=40)  # what a planted failure does to later answers
CHANNELS = {"portal": 0.5, "phone": 0.3, "mail": 0.15, "chat": 0.05}
SUMMARIES = {
    "workplace": ("A problem at my desk", "办公终端问题"),
    "laptop": ("Laptop replacement", "更换电脑"),
    "identity": ("Access for a colleague", "账号与权限申请"),
    "vpn": ("Remote access does not connect", "远程接入无法连接"),
    "erp": ("Question about a booking", "业务系统问题"),
    "onboarding": ("A new colleague starts", "新员工入职"),
    "print": ("The printer does not print", "打印机故障"),
}


@dataclass(frozen=True)
class DemoPerson:
    key: str
    customer: DemoCustomer
    chinese: bool
    leniency: float

    @property
    def requester(self) -> RequesterIn:
        language = "zh" if self.chinese else "en"
        return RequesterIn(key=self.key, email=f"{self.key}@{self.customer.key}.example", language=language)


@dataclass
class DemoTicket:
    """A ticket with what happened to it; `quality` is what a neutral person would make of it, about 1-5, `mood` what
    an earlier planted failure still does to this person."""

    key: str
    person: DemoPerson
    service: DemoService
    kind: TicketKind
    touchpoint: str
    plant: Plant | None
    channel: str
    quality: float
    mood: float = 0.0
    handoffs: int = 0
    reopened: bool = False
    waited_long: bool = False
    events: list[TicketEventIn] = field(default_factory=list)

    @property
    def resolved_at(self) -> datetime:
        return max(event.at for event in self.events if event.type is EventType.RESOLVED)


def people(company: Company, rng: Random, n: int) -> list[DemoPerson]:
    chosen = rng.choices(company.customers, [customer.weight for customer in company.customers], k=n)
    return [
        DemoPerson(f"p{i:04d}", customer, rng.random() < customer.chinese, rng.gauss(0, 0.45))
        for i, customer in enumerate(chosen)
    ]


def tickets(
    company: Company, places: Sequence[TouchpointDefinition], rng: Random, until: datetime, n: int
) -> list[DemoTicket]:
    """`n` tickets of the year before `until`, more of them in autumn and on Mondays, in order of opening."""
    crowd = people(company, rng, max(40, n // 5))
    activity = [rng.gammavariate(1.5, 1.0) for _ in crowd]
    opened = sorted(_opening(rng, until) for _ in range(n))
    busy, hurt, made = list[DemoPerson](), dict[str, datetime](), list[DemoTicket]()
    for number, at in enumerate(opened):
        follows = busy and rng.random() < FOLLOWING
        person = rng.choice(busy[-NEARBY:]) if follows else rng.choices(crowd, activity)[0]
        made.append(_ticket(company, places, rng, number, at, person, until))
        made[-1].mood = -LASTING if at - hurt.get(person.key, at - FORGOTTEN) < FORGOTTEN else 0.0
        if made[-1].plant and made[-1].quality < FAILED:
            hurt[person.key] = at
        busy.append(person)
    return made


def _opening(rng: Random, until: datetime) -> datetime:
    while True:
        at = until - timedelta(days=rng.uniform(3, DAYS))
        busy = 0.75 + 0.25 * math.cos(2 * math.pi * (at.timetuple().tm_yday - 285) / 365)
        weekday = (1.0, 0.9, 0.85, 0.8, 0.7, 0.15, 0.1)[at.weekday()]
        if rng.random() < busy * weekday:
            return at.replace(hour=min(17, max(7, int(rng.gauss(11, 3)))), microsecond=0)


def _ticket(
    company: Company,
    places: Sequence[TouchpointDefinition],
    rng: Random,
    number: int,
    opened: datetime,
    person: DemoPerson,
    until: datetime,
) -> DemoTicket:
    service = rng.choices(company.services, [service.weight for service in company.services])[0]
    kind = TicketKind(rng.choices(list(service.kinds), list(service.kinds.values()))[0])
    touchpoint = place({"kind": kind, "service": service.key, "customer": person.customer.key}, places)
    plant = _plant(company, rng, touchpoint, person, (until - opened).days / 30.4)
    channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    ticket = DemoTicket(f"DEMO-{number:05d}", person, service, kind, touchpoint, plant, channel, 0.0)
    _flow(ticket, rng, opened, until)
    ticket.quality = _quality(ticket, rng, opened)
    return ticket


def _plant(company: Company, rng: Random, touchpoint: str, person: DemoPerson, months_ago: float) -> Plant | None:
    for plant in company.plants:
        meant = not plant.customers or person.customer.key in plant.customers
        if (
            plant.touchpoint == touchpoint
            and meant
            and plant.ended <= months_ago <= plant.months
            and rng.random() < plant.share
        ):
            return plant
    return None


def _quality(ticket: DemoTicket, rng: Random, opened: datetime) -> float:
    season = 0.15 * math.cos(2 * math.pi * (opened.timetuple().tm_yday - 120) / 365)
    troubles = 0.25 * max(0, ticket.handoffs - 1) + 0.7 * ticket.reopened + 0.3 * ticket.waited_long
    planted = ticket.plant.quality if ticket.plant else 0.0
    return 4.0 + season - troubles + planted + rng.gauss(0, 0.6)


def _flow(ticket: DemoTicket, rng: Random, opened: datetime, until: datetime) -> None:
    """The events of the work. What would end after `until` is drawn together, so that every ticket is resolved."""
    plant, groups = ticket.plant, ticket.service.groups
    steps: list[tuple[EventType, float, str | None, WaitingFor | None]] = [
        (EventType.CREATED, 0, groups[0], None),
        (EventType.RESPONDED, rng.lognormvariate(0.3, 0.9), None, None),
    ]
    ticket.handoffs = min(4, (rng.random() < 0.25) + (rng.random() < 0.08) + _extra(rng, plant))
    for turn in range(ticket.handoffs):
        steps.append((EventType.ASSIGNED, rng.lognormvariate(1.0, 0.8), groups[(turn + 1) % len(groups)], None))
        steps.append((EventType.UPDATED, rng.lognormvariate(0.5, 0.8), None, None))
    waits = rng.random() < 0.35 or (plant is not None and plant.waiting > 1)
    if waits:
        hours = rng.lognormvariate(2.6, 0.8) * (plant.waiting if plant else 1)
        ticket.waited_long = hours > 60
        for_whom = WaitingFor(plant.waiting_for) if plant and plant.waiting > 1 else rng.choice(list(WaitingFor))
        steps += [(EventType.WAITING, 0.5, None, for_whom), (EventType.RESUMED, hours, None, None)]
    steps.append((EventType.RESOLVED, rng.lognormvariate(1.2, 1.0), None, None))
    ticket.reopened = rng.random() < 0.05 + (plant.reopened if plant else 0)
    if ticket.reopened:
        steps += [(EventType.REOPENED, rng.uniform(3, 40), None, None)]
        steps += [(EventType.RESOLVED, rng.lognormvariate(2.0, 0.7), None, None)]
    steps.append((EventType.CLOSED, 120, None, None))
    ticket.events = _dated(ticket, steps, opened, until)


def _extra(rng: Random, plant: Plant | None) -> int:
    chance = plant.handoffs if plant else 0
    return sum(rng.random() < chance for _ in range(3))


def _dated(
    ticket: DemoTicket,
    steps: list[tuple[EventType, float, str | None, WaitingFor | None]],
    opened: datetime,
    until: datetime,
) -> list[TicketEventIn]:
    total = sum(hours for _, hours, _, _ in steps[:-1])
    room = max(1.0, (until - opened).total_seconds() / 3600 - 2)
    pace, at, made = min(1.0, room / total), opened, []
    for number, (kind, hours, group, waiting_for) in enumerate(steps):
        at += timedelta(hours=hours * pace)
        if at <= until:
            made.append(event_of(ticket, number, kind, at, group, waiting_for, _in_time(ticket, kind, at - opened)))
    return made


def _in_time(ticket: DemoTicket, kind: EventType, taken: timedelta) -> bool | None:
    """Known once it is resolved."""
    return taken <= timedelta(hours=ticket.service.agreed_hours) if kind is EventType.RESOLVED else None


def event_of(
    ticket: DemoTicket,
    number: int,
    type_: EventType,
    at: datetime,
    group: str | None,
    waiting_for: WaitingFor | None,
    in_time: bool | None,
) -> TicketEventIn:
    return TicketEventIn(
        source=SOURCE,
        event_id=f"{ticket.key}/{number}",
        ticket=ticket.key,
        type=type_,
        at=at,
        kind=ticket.kind,
        service=ticket.service.key,
        customer=ticket.person.customer.key,
        requester=ticket.person.requester,
        group=group,
        channel=ticket.channel,
        waiting_for=waiting_for,
        sla_met=in_time,
        summary=SUMMARIES[ticket.service.key][ticket.person.chinese] if number == 0 else None,
    )
