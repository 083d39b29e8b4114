"""Sealing anew what was sealed under an earlier key. In random order, in one transaction: a mix like any other."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.sealing import open_sealed, seal_away, under_todays_key
from feedback.models import Feedback, Message, WaitingMark, WaitingPost
from feedback.rules.mixing import shuffled


async def reseal(session: AsyncSession) -> int:
    """How many rows were under an earlier key."""
    done = 0
    columns: list[tuple[Any, Any]] = [
        (Message, Message.sealed),
        (WaitingPost, WaitingPost.sealed),
        (WaitingMark, WaitingMark.sealed),
        (Feedback, Feedback.sealed_author),
    ]
    for table, column in columns:
        held = (await session.exec(select(column).where(column.is_not(None)).distinct())).all()
        for sealed in shuffled([one for one in held if not under_todays_key(one)]):
            again = update(table).where(col(column) == sealed)
            await session.exec(again.values({column.key: seal_away(open_sealed(sealed))}))
            done += 1
    return done
