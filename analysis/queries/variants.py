"""What was answered to a survey, or to one version of it. What leaves here goes into the gate."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Dimension, Experience, VoiceKind
from surveys.models import Response, Survey, SurveyVersion

NEWEST = 20_000


class Scored(NamedTuple):
    score: float
    person: UUID


async def scores_of_variant(
    session: AsyncSession, scope: frozenset[str] | None, dimension: Dimension, variant: str, since: date, before: date
) -> list[Scored]:
    """The newest of the days from `since` to before `before`."""
    survey, _, number = variant.partition(":")
    score: Any = getattr(Experience, dimension.value)
    statement = (
        select(score, Experience.person_id, Experience.voice_id)
        .join(Response, col(Response.id) == col(Experience.voice_id))
        .join(SurveyVersion, col(SurveyVersion.id) == col(Response.version_id))
        .join(Survey, col(Survey.id) == col(SurveyVersion.survey_id))
        .where(Experience.voice_kind == VoiceKind.RESPONSE, Survey.key == survey, col(score).is_not(None))
        .where(Experience.day >= since, Experience.day < before)
    )
    if number:
        statement = statement.where(SurveyVersion.number == int(number))
    if scope is not None:
        statement = statement.where(col(Experience.customer).in_(scope))
    rows = (await session.exec(statement.order_by(col(Experience.id).desc()).limit(NEWEST))).all()
    return [Scored(told, person or voice) for told, person, voice in rows]
