"""Since when answers are kept, and what is still there of those before."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.models import AnswersKept, Response, SurveyVersion

ALWAYS = date.min


async def kept(session: AsyncSession) -> AnswersKept | None:
    """None where answers have never gone by age."""
    return (await session.exec(select(AnswersKept))).first()


async def kept_since(session: AsyncSession) -> date:
    """The first day of the oldest month of which all answers are kept."""
    found = await kept(session)
    return found.since if found else ALWAYS


async def left_before(session: AsyncSession, since: date) -> int:
    """How many answers from before that day are still there. Version by version, as the index has them."""
    counted = select(func.count(col(Response.id))).select_from(SurveyVersion)
    counted = counted.join(Response, col(Response.version_id) == col(SurveyVersion.id))
    return (await session.exec(counted.where(_before(since)))).one()


def given_before(since: date, response_id: Any) -> ColumnElement[bool]:
    """Whether that id is one of an answer from before that day; to be used within another statement."""
    return select(Response.id).where(col(Response.id) == response_id, _before(since)).exists()


def _before(since: date) -> ColumnElement[bool]:
    return col(Response.received_at) < datetime.combine(since, time(), UTC)
