"""Feedback for the analysis."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from sqlmodel import and_, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.sealing import open_sealed
from feedback.models import Feedback, Matter, Message, MessageKind
from feedback.schemas import FeedbackVoice, percent
from journeys.models import Customer, Service, Touchpoint

SCORES = ("functional", "emotional", "satisfaction")


def with_keys(table: Any, *further: Any) -> Any:
    """Matters or feedback, and `further` tables yet to be joined, with the keys of service, customer and touchpoint."""
    columns: Any = (table, *further, Service.key, Customer.key, Touchpoint.key)
    return (
        select(*columns)
        .select_from(table)
        .join(Service, col(Service.id) == col(table.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(table.customer_id), isouter=True)
        .join(Touchpoint, col(Touchpoint.id) == col(table.touchpoint_id), isouter=True)
    )


async def feedback_voices(session: AsyncSession, ids: Sequence[UUID]) -> list[FeedbackVoice]:
    """Those that are still there, named and anonymous alike."""
    known = with_keys(Feedback).where(col(Feedback.id).in_(list(ids)))
    said = and_(col(Message.matter_id) == col(Matter.id), col(Message.kind) == MessageKind.SAID)
    mine = with_keys(Matter, Message).join(Message, said).where(col(Matter.id).in_(list(ids)))
    unknown = mine.where(col(Matter.anonymous).is_(True))
    return [
        *(_voice(*row) for row in (await session.exec(known)).all()),
        *(_anonymous(*row) for row in (await session.exec(unknown)).all()),
    ]


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


def _anonymous(
    matter: Matter, message: Message, service: str | None, customer: str | None, touchpoint: str | None
) -> FeedbackVoice:
    """Of an anonymous one the day alone is known, and that is the day of its release."""
    said = opened(message.sealed)
    scores = {name: percent(said.get(name)) for name in SCORES}
    return FeedbackVoice(
        feedback_id=matter.id,
        kind=matter.kind,
        text=said["text"],
        language=said.get("language", ""),
        channel=matter.channel,
        said_at=datetime.combine(matter.day, time(), UTC),
        service=service or "",
        customer=customer or "",
        touchpoint=touchpoint or "",
        sealed=True,
        **scores,
    )


def opened(sealed: bytes) -> dict[str, Any]:
    """What was said, with the scores and the language of the page."""
    found: dict[str, Any] = json.loads(open_sealed(sealed))
    return found


async def submitted(session: AsyncSession, source: str, submission_key: str) -> Feedback:
    found = select(Feedback).where(Feedback.source == source, Feedback.submission_key == submission_key)
    return (await session.exec(found)).one()
