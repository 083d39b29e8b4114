"""Scores of single answers, for what is computed over all of them and passes the gate as one number."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, VoiceKind

AT_ONCE = 1000


async def satisfaction_of(session: AsyncSession, responses: Collection[UUID]) -> dict[UUID, float]:
    """Of those responses that told it."""
    found: dict[UUID, float] = {}
    ids = list(responses)
    for start in range(0, len(ids), AT_ONCE):
        statement = select(Experience.voice_id, Experience.satisfaction).where(
            Experience.voice_kind == VoiceKind.RESPONSE,
            col(Experience.voice_id).in_(ids[start : start + AT_ONCE]),
            col(Experience.satisfaction).is_not(None),
        )
        found |= {voice: score for voice, score in (await session.exec(statement)).all() if score is not None}
    return found
