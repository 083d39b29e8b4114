"""Surveys and their versions."""

from uuid import UUID

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.models import Survey, SurveyVersion
from surveys.schemas import (
    Published,
    SurveyDefinition,
)

# Published versions never change: each is read once in the life of a process.
_published: dict[UUID, Published] = {}


async def published(session: AsyncSession, version_id: UUID) -> Published:
    if version_id not in _published:
        row = (await session.exec(select(SurveyVersion).where(SurveyVersion.id == version_id))).one()
        definition = msgspec.convert(row.definition, SurveyDefinition)
        _published[version_id] = Published(version_id, row.number, definition)
    return _published[version_id]


async def newest_version(session: AsyncSession, survey_id: UUID) -> SurveyVersion | None:
    newest = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id)
    return (await session.exec(newest.order_by(col(SurveyVersion.number).desc()).limit(1))).first()


async def survey_by_key(session: AsyncSession, key: str) -> Survey | None:
    return (await session.exec(select(Survey).where(Survey.key == key))).first()
