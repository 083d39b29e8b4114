"""What was said at the visits that made a moment: a few comments, chosen. Their ids; the words pass the gate later."""

from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience

NEWEST, WANTED = 200, 5
BAD, GOOD = 37.5, 87.5  # of 100: at most 2.5 and at least 4.5 of 5
SEGMENTS = {"customer": Experience.customer, "service": Experience.service, "channel": Experience.channel}


async def evidence(session: AsyncSession, place: tuple[str, str, str], praise: bool) -> list[UUID]:
    """Lowest first (highest where people are praising), then newest; one a person and each wording once."""
    touchpoint, dimension, value = place
    score = Experience.satisfaction
    clear = col(score) >= GOOD if praise else col(score) <= BAD
    words = col(Experience.sentiment_score) > 0 if praise else col(Experience.sentiment_score) < 0
    statement = select(Experience).where(
        Experience.touchpoint == touchpoint, Experience.comment != "", or_(clear, col(score).is_(None) & words)
    )
    if dimension in SEGMENTS:
        statement = statement.where(SEGMENTS[dimension] == value)
    newest = statement.order_by(col(Experience.day).desc(), col(Experience.id)).limit(NEWEST)
    return _chosen(list((await session.exec(newest)).all()), -1 if praise else 1)


def _chosen(found: list[Experience], sign: int) -> list[UUID]:
    ordered = sorted(found, key=lambda one: sign * (50 if one.satisfaction is None else one.satisfaction))
    people, wordings, chosen = set[UUID](), set[str](), list[UUID]()
    for one in ordered:
        person, wording = one.person_id or one.voice_id, one.comment.strip().casefold()
        if person not in people and wording not in wordings and len(chosen) < WANTED:
            people.add(person)
            wordings.add(wording)
            chosen.append(one.id)
    return chosen
