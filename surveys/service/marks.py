"""The ledger of asks that leave no invitation of their own."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys import queries
from surveys.models import AskingMark

# Longer than any clock: an older mark forbids nothing.
MARKS_KEPT = timedelta(days=400)


async def mark_asked(session: AsyncSession, person_id: UUID, survey_id: UUID | None, day: date) -> UUID:
    """An ask that leaves no invitation of its own, only a mark that changes with every quarter; its id. Without a
    survey it counts for the person's clock alone."""
    quarter = queries.quarter_of(day)
    mark = AskingMark(
        person_mark=queries.person_marks(person_id, quarter)[0],
        survey_mark=queries.survey_marks(person_id, survey_id, quarter)[0] if survey_id else "",
        day=day,
    )
    session.add(mark)
    await session.exec(delete(AskingMark).where(col(AskingMark.day) < day - MARKS_KEPT))
    return mark.id


async def mark_all(session: AsyncSession, people: Sequence[UUID], survey_id: UUID, day: date) -> None:
    """The same for many people at once."""
    quarter = queries.quarter_of(day)
    for person_id in people:
        mark, of_survey = (
            queries.person_marks(person_id, quarter)[0],
            queries.survey_marks(person_id, survey_id, quarter)[0],
        )
        session.add(AskingMark(person_mark=mark, survey_mark=of_survey, day=day))
    await session.flush()


async def unmark(session: AsyncSession, mark_id: UUID) -> None:
    """They were not asked after all."""
    await session.exec(delete(AskingMark).where(col(AskingMark.id) == mark_id))
