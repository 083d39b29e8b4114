"""What came of somebody's words, and whether they were told: shown to them. An improvement keeps which voices led to it
by ids that lead to nobody once those are erased, so its share of voices stays as it was, and nothing has to go."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from value.models import Improvement, ImprovementLink


async def held_of(session: AsyncSession, voices: Collection[UUID]) -> list[dict[str, Any]]:
    found = (
        select(ImprovementLink, Improvement)
        .join(Improvement, col(Improvement.id) == col(ImprovementLink.improvement_id))
        .where(col(ImprovementLink.target_id).in_(voices))
        .order_by(col(Improvement.id), col(ImprovementLink.target_id))
    )
    return [
        {
            "what": one.title,
            "because_of": link.kind,
            "told_on": link.told_on.isoformat() if link.told_on else None,
            "how": link.how,
        }
        for link, one in (await session.exec(found)).all()
    ]
