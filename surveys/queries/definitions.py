"""Surveys, their versions, and the drafts of what comes next."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.models import Response, StepCount, Survey, SurveyDraft, SurveyVersion, TrialAnswer
from surveys.schemas import Draft, Published, SurveyDefinition, SurveyRow

# Published versions never change: each is read once in the life of a process.
_published: dict[UUID, Published] = {}


def as_definition(content: Mapping[str, Any]) -> SurveyDefinition:
    return msgspec.convert(content, SurveyDefinition)


async def published(session: AsyncSession, version_id: UUID) -> Published:
    if version_id not in _published:
        row = (await session.exec(select(SurveyVersion).where(SurveyVersion.id == version_id))).one()
        _published[version_id] = Published(version_id, row.number, as_definition(row.definition))
    return _published[version_id]


async def newest_version(session: AsyncSession, survey_id: UUID) -> SurveyVersion | None:
    newest = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id)
    return (await session.exec(newest.order_by(col(SurveyVersion.number).desc()).limit(1))).first()


async def versions(session: AsyncSession, survey_id: UUID) -> Sequence[SurveyVersion]:
    """Newest first."""
    all_of_it = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id)
    return (await session.exec(all_of_it.order_by(col(SurveyVersion.number).desc()))).all()


async def survey_by_key(session: AsyncSession, key: str) -> Survey | None:
    return (await session.exec(select(Survey).where(Survey.key == key))).first()


async def survey_by_id(session: AsyncSession, survey_id: UUID) -> Survey | None:
    return (await session.exec(select(Survey).where(Survey.id == survey_id))).first()


async def survey_by_slug(session: AsyncSession, slug: str) -> Survey | None:
    return (await session.exec(select(Survey).where(Survey.slug == slug))).first()


async def draft_of(session: AsyncSession, survey_id: UUID) -> Draft | None:
    """The draft; `steps`: how many steps back there are."""
    drafts = select(SurveyDraft).where(SurveyDraft.survey_id == survey_id)
    newest = (await session.exec(drafts.order_by(col(SurveyDraft.number).desc()).limit(1))).first()
    if newest is None:
        return None
    steps = select(func.count()).select_from(SurveyDraft).where(SurveyDraft.survey_id == survey_id)
    return Draft(newest.number, as_definition(newest.definition), (await session.exec(steps)).one() - 1)


async def is_answered(session: AsyncSession, survey_id: UUID) -> bool:
    return bool(await _answers(session, survey_id))


async def _answers(session: AsyncSession, survey_id: UUID) -> int:
    counted = (
        select(func.count())
        .select_from(Response)
        .join(SurveyVersion, col(SurveyVersion.id) == col(Response.version_id))
        .where(SurveyVersion.survey_id == survey_id)
    )
    return (await session.exec(counted)).one()


async def surveys(session: AsyncSession) -> list[SurveyRow]:
    """All of them, those in use first."""
    rows = (await session.exec(select(Survey).order_by(col(Survey.key)))).all()
    return sorted([await survey_row(session, row) for row in rows], key=lambda row: row.archived)


async def survey_row(session: AsyncSession, survey: Survey) -> SurveyRow:
    newest, draft = await newest_version(session, survey.id), await draft_of(session, survey.id)
    shown = draft.definition if draft else as_definition(newest.definition) if newest else None
    if shown is None:
        raise LookupError(survey.key)  # a survey begins with a draft or a version
    return SurveyRow(
        key=survey.key,
        title=shown.title,
        mode=shown.mode,
        version=newest.number if newest else 0,
        published_at=newest.published_at if newest else None,
        has_draft=draft is not None,
        archived=survey.archived_at is not None,
        slug=survey.slug or "",
        answers=await _answers(session, survey.id),
    )


async def tests_of(session: AsyncSession, survey_id: UUID, newest: int) -> list[TrialAnswer]:
    """What was sent through the test link, newest first."""
    kept = select(TrialAnswer).where(TrialAnswer.survey_id == survey_id).order_by(col(TrialAnswer.id).desc())
    return list((await session.exec(kept.limit(newest))).all())


async def left_after(session: AsyncSession, version_id: UUID) -> dict[str, int]:
    """Question -> how many left the form after it; "" for before any."""
    rows = select(StepCount.question, StepCount.n).where(StepCount.version_id == version_id)
    return dict((await session.exec(rows)).all())
