"""What was read of somebody's words: shown to them, and kept without the words, when they ask."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, Mention, VoiceKind
from analysis.queries.experiences import mentions_of


def _theirs(people: Collection[UUID], voices: Collection[UUID]) -> ColumnElement[bool]:
    return or_(col(Experience.person_id).in_(people), col(Experience.voice_id).in_(voices))


async def held_of(session: AsyncSession, people: Collection[UUID], voices: Collection[UUID]) -> list[dict[str, Any]]:
    """How each of their voices was understood. `voices`: ids of answers and of feedback."""
    found = select(Experience).where(_theirs(people, voices)).order_by(col(Experience.said_at), col(Experience.id))
    read = (await session.exec(found)).all()
    mentions = await mentions_of(session, [one.id for one in read])
    return [_told(one, mentions.get(one.id, [])) for one in read]


def _told(one: Experience, mentions: Sequence[Mention]) -> dict[str, Any]:
    names = ("touchpoint", "comment", "language", "sentiment", "emotions")
    return {
        "day": one.day.isoformat(),
        "of": VoiceKind(one.voice_kind).value,
        **{name: getattr(one, name) for name in names},
        "about": [
            {"touchpoint": it.touchpoint, "sentiment": it.sentiment, "words": one.comment[it.start : it.end]}
            for it in mentions
        ],
    }


async def erase(session: AsyncSession, people: Collection[UUID], voices: Collection[UUID]) -> None:
    """The words go. What was counted of them stays, with a random id that leads to nobody any more: by it alone the
    visits of one life stay together, and so every figure is what it was."""
    await session.exec(update(Experience).where(_theirs(people, voices)).values(comment=""))
