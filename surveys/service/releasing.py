"""Anonymous answers are given on a day later, all of a day at once and in random order.

An answer that were announced when it came would stand in the outbox beside what else happened at that moment. The
rows of the day are written anew in random order too: the order in which a database keeps rows is a clock.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.outbox import announce
from surveys import queries
from surveys.events import AnonymousDayOver, ResponseReceived
from surveys.models import Response, Survey

SLACK = timedelta(minutes=10)


async def begin_releasing(session: AsyncSession, survey: Survey) -> None:
    """From its first anonymous version on a survey has a turn every day, whether anybody answered or not."""
    if survey.released_until is None:
        survey.released_until = now().date() - timedelta(days=1)
        await _next_turn(session, survey.id, now().date())


async def release(session: AsyncSession, survey_id: UUID, day: date) -> None:
    """The answers up to and with `day`, and the turn of the day after; a day that had its turn has no second one."""
    survey = await queries.survey_by_id(session, survey_id)
    if survey is None or survey.released_until is None or survey.released_until >= day:
        return
    responses = await queries.anonymous_answers(session, survey_id, survey.released_until, day)
    await _write_anew(session, responses)
    await announce(session, *(ResponseReceived(str(one.id)) for one in responses))
    survey.released_until = day
    session.add(survey)
    await _next_turn(session, survey_id, day + timedelta(days=1))


async def _write_anew(session: AsyncSession, responses: Sequence[Response]) -> None:
    rows = [one.model_dump() for one in responses]
    random.SystemRandom().shuffle(rows)
    await session.exec(delete(Response).where(col(Response.id).in_([row["id"] for row in rows])))
    await insert_new(session, Response, rows)


async def _next_turn(session: AsyncSession, survey_id: UUID, day: date) -> None:
    midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    # Whoever sent at the last second of the day is stored by then.
    await announce(session, AnonymousDayOver(str(survey_id), day.isoformat()), not_before=midnight + SLACK)
