"""What is known beside an answer that was given elsewhere: whether the provider came back to it, who it was, and in
which journey."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.models import ResponseOrigin

AT_ONCE = 1000


class Story(NamedTuple):
    """`journey`: as its source names it, with the source; "" where it says none."""

    repaired: bool
    persona: str
    journey: str = ""


NOTHING_TOLD = Story(repaired=False, persona="")


async def stories(session: AsyncSession, responses: Collection[UUID]) -> dict[UUID, Story]:
    """Of those of which anything is told."""
    found: dict[UUID, Story] = {}
    ids = list(responses)
    for start in range(0, len(ids), AT_ONCE):
        of_these = col(ResponseOrigin.response_id).in_(ids[start : start + AT_ONCE])
        rows = (await session.exec(select(ResponseOrigin).where(of_these))).all()
        found |= {row.response_id: _story(row) for row in rows if row.recovery or row.persona or row.journey}
    return found


def _story(row: ResponseOrigin) -> Story:
    return Story(bool(row.recovery), row.persona, f"{row.source}/{row.journey}" if row.journey else "")
