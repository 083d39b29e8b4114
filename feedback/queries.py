from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from feedback.models import Feedback
from feedback.schemas import Contact, FeedbackVoice, InboxItem, Position, percent
from journeys.models import Customer, Person, Service, Touchpoint


def _with_keys() -> Any:
    """Feedback with the keys of its service, customer and touchpoint."""
    return (
        select(Feedback, Service.key, Customer.key, Touchpoint.key)
        .join(Service, col(Service.id) == col(Feedback.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Feedback.customer_id), isouter=True)
        .join(Touchpoint, col(Touchpoint.id) == col(Feedback.touchpoint_id), isouter=True)
    )


async def feedback_voices(session: AsyncSession, ids: Sequence[UUID]) -> list[FeedbackVoice]:
    rows = (await session.exec(_with_keys().where(col(Feedback.id).in_(list(ids))))).all()
    return [_voice(*row) for row in rows]


def _voice(said: Feedback, service: str | None, customer: str | None, touchpoint: str | None) -> FeedbackVoice:
    return FeedbackVoice(
        feedback_id=said.id,
        kind=said.kind,
        text=said.text,
        language=said.language,
        channel=said.channel,
        said_at=said.received_at,
        service=service or "",
        customer=customer or "",
        touchpoint=touchpoint or "",
        functional=percent(said.functional),
        emotional=percent(said.emotional),
        satisfaction=percent(said.satisfaction),
    )


async def inbox(
    session: AsyncSession, scope: frozenset[str] | None, older_than: Position | None, limit: int
) -> list[InboxItem]:
    """Newest first. Feedback of no known customer is in nobody's portfolio: only who sees all sees it."""
    statement = _with_keys().order_by(col(Feedback.received_at).desc(), col(Feedback.id).desc()).limit(limit)
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    if older_than:
        statement = statement.where(_older(older_than))
    return [_item(*row) for row in (await session.exec(statement)).all()]


def _older(than: Position) -> Any:
    received_at = col(Feedback.received_at)
    same_moment = and_(received_at == than.received_at, col(Feedback.id) < than.id)
    # The first bound says nothing new, but it is one that an index can start from.
    return and_(received_at <= than.received_at, or_(received_at < than.received_at, same_moment))


def _item(said: Feedback, service: str | None, customer: str | None, touchpoint: str | None) -> InboxItem:
    return InboxItem(
        id=said.id,
        received_at=said.received_at,
        kind=said.kind,
        text=said.text,
        language=said.language,
        channel=said.channel,
        service=service or "",
        customer=customer or "",
        touchpoint=touchpoint or "",
        contact=Contact(said.author_name, said.author_email),
        functional=said.functional,
        emotional=said.emotional,
        satisfaction=said.satisfaction,
    )


async def submitted(session: AsyncSession, source: str, submission_key: str) -> Feedback:
    found = select(Feedback).where(Feedback.source == source, Feedback.submission_key == submission_key)
    return (await session.exec(found)).one()


async def service_id(session: AsyncSession, key: str) -> UUID | None:
    return (await session.exec(select(Service.id).where(Service.key == key))).first()


async def touchpoint_id(session: AsyncSession, key: str) -> UUID | None:
    return (await session.exec(select(Touchpoint.id).where(Touchpoint.key == key))).first()


async def customer_id(session: AsyncSession, key: str) -> UUID | None:
    return (await session.exec(select(Customer.id).where(Customer.key == key))).first()


async def customer_id_of(session: AsyncSession, email: str) -> UUID | None:
    """The customer of the people known by that address; None when they belong to several."""
    statement = select(Person.customer_id).where(func.lower(col(Person.email)) == email).distinct().limit(2)
    found = (await session.exec(statement)).all()
    return found[0] if len(found) == 1 else None
