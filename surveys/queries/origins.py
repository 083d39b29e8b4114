"""What is known beside an answer that was given elsewhere: whether the provider came back to it, and who it was."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.models import ResponseOrigin

AT_ONCE = 1000


class Story(NamedTuple):
    repaired: bool
    persona: str


NOTHING_TOLD = Story(repaired=False, persona="")


async def stories(session: AsyncSession, responses: Collection[UUID]) -> dict[UUID, Story]:
    """Of those of which anything is told."""
    found: dict[UUID, Story] = {}
    ids = list(responses)
    for start in range(0, len(ids), AT_ONCE):
        statement = select(ResponseOrigin.response_id, ResponseOrigin.recovery, ResponseOrigin.persona).where(
            col(ResponseOrigin.response_id).in_(ids[start : start + AT_ONCE])
        )
        rows = (await session.exec(statement)).all()
        found |= {id_: Story(bool(recovery), persona) for id_, recovery, persona in rows if recovery or persona}
    return found
