"""Customers, services, people and the places on a journey."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Journey, JourneyVersion, Person, Service, Stage, Ticket, Touchpoint
from journeys.schemas.places import (
    Bilingual,
    JourneyDefinition,
    Persona,
    Scenario,
    TicketContext,
    TouchpointDefinition,
)

STAGE_ORDER = {stage.value: position for position, stage in enumerate(Stage)}


async def journey(session: AsyncSession, key: str) -> Journey | None:
    return (await session.exec(select(Journey).where(Journey.key == key))).first()


async def journeys(session: AsyncSession) -> Sequence[Journey]:
    return (await session.exec(select(Journey).order_by(col(Journey.key)))).all()


async def versions(session: AsyncSession, journey_id: UUID) -> Sequence[JourneyVersion]:
    """Newest first; none while nobody has edited the journey."""
    statement = select(JourneyVersion).where(JourneyVersion.journey_id == journey_id)
    return (await session.exec(statement.order_by(col(JourneyVersion.number).desc()))).all()


async def definition(session: AsyncSession, journey: Journey) -> JourneyDefinition:
    """The journey as a document."""
    here = [one for one in await touchpoints(session) if one.journey_id == journey.id]
    return JourneyDefinition(
        journey.key,
        Bilingual(journey.name_zh, journey.name_en),
        [_defined(one) for one in here],
        msgspec.convert(journey.personas, list[Persona]),
        msgspec.convert(journey.scenarios, list[Scenario]),
    )


def _defined(one: Touchpoint) -> TouchpointDefinition:
    return TouchpointDefinition(
        key=one.key,
        stage=Stage(one.stage),
        name=Bilingual(one.name_zh, one.name_en),
        description=Bilingual(one.description_zh, one.description_en),
        keywords=list(one.keywords),
        contexts=list(one.contexts),
        value_stream=one.value_stream,
        practice=one.practice,
        visible=one.visible,
        interaction=one.interaction and one.visible,
    )


async def touchpoints(session: AsyncSession) -> list[Touchpoint]:
    """In the order of the journey, without those that were taken off it."""
    found = (await session.exec(select(Touchpoint).where(col(Touchpoint.retired).is_(False)))).all()
    return sorted(found, key=lambda touchpoint: (STAGE_ORDER[touchpoint.stage], touchpoint.position))


async def ticket_contexts(session: AsyncSession, ticket_ids: Iterable[UUID]) -> dict[UUID, TicketContext]:
    rows = (await session.exec(with_context().where(col(Ticket.id).in_(list(ticket_ids))))).all()
    return {row.id: context_of(row, row.service or "", row.customer or "") for row in rows}


CONTEXT = ("id", "kind", "group", "priority", "channel", "requester_id", "close_reason")


def with_context(*more: Any) -> Any:
    """Of tickets only what `context_of` asks for, and these columns: whole rows of many take much longer."""
    keys: Any = (col(Service.key).label("service"), col(Customer.key).label("customer"))
    columns: Any = (*(getattr(Ticket, name) for name in CONTEXT), *keys, *more)
    return (
        select(*columns)
        .select_from(Ticket)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
    )


def context_of(ticket: Any, service: str, customer: str) -> TicketContext:
    """`ticket`: a `Ticket`, or a row with its columns `CONTEXT`."""
    return TicketContext(
        ticket_id=ticket.id,
        kind=ticket.kind,
        service=service,
        customer=customer,
        group=ticket.group,
        priority=ticket.priority,
        channel=ticket.channel,
        requester_id=ticket.requester_id,
        close_reason=ticket.close_reason,
    )


async def has_tickets(session: AsyncSession) -> bool:
    return (await session.exec(select(Ticket.id).limit(1))).first() is not None


async def services(session: AsyncSession) -> Sequence[Service]:
    return (await session.exec(select(Service).order_by(col(Service.name)))).all()


async def service_keys(session: AsyncSession) -> dict[UUID, str]:
    return {service.id: service.key for service in (await session.exec(select(Service))).all()}


async def customer_keys(session: AsyncSession) -> dict[UUID, str]:
    return {customer.id: customer.key for customer in (await session.exec(select(Customer))).all()}


async def customer_zones(session: AsyncSession) -> dict[UUID, str | None]:
    return dict((await session.exec(select(Customer.id, Customer.zone))).all())


async def customers_in(session: AsyncSession, scope: frozenset[str] | None) -> Sequence[Customer]:
    statement = select(Customer).order_by(col(Customer.name))
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    return (await session.exec(statement)).all()


async def people(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Person]:
    found = (await session.exec(select(Person).where(col(Person.id).in_(list(ids))))).all()
    return {person.id: person for person in found}
