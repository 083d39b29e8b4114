from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Hook, HookCall, HookCallState, HookSystem
from journeys.schemas import HookSeen


async def hook(session: AsyncSession, system: str, key: str) -> Hook | None:
    return (await session.exec(select(Hook).where(col(Hook.system) == system, col(Hook.key) == key))).first()


async def hooks_by_id(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Hook]:
    return {one.id: one for one in (await session.exec(select(Hook).where(col(Hook.id).in_(ids)))).all()}


async def calls(session: AsyncSession, ids: Sequence[UUID]) -> list[HookCall]:
    wanted = select(HookCall).where(col(HookCall.id).in_(ids)).order_by(col(HookCall.id))
    return list((await session.exec(wanted)).all())


async def last_calls(session: AsyncSession, hook_id: UUID, most: int) -> list[HookCall]:
    newest = select(HookCall).where(col(HookCall.hook_id) == hook_id).order_by(col(HookCall.received_at).desc())
    return list((await session.exec(newest.limit(most))).all())


async def call_ids(session: AsyncSession, hook_id: UUID) -> list[UUID]:
    kept = select(HookCall.id).where(col(HookCall.hook_id) == hook_id).order_by(col(HookCall.id))
    return list((await session.exec(kept)).all())


async def hooks_seen(session: AsyncSession) -> list[HookSeen]:
    """Every hook with what became of its calls."""
    counted = select(HookCall.hook_id, HookCall.state, func.count(), func.max(HookCall.received_at)).group_by(
        col(HookCall.hook_id), col(HookCall.state)
    )
    rows = (await session.exec(counted)).all()
    hooks = (await session.exec(select(Hook).order_by(col(Hook.system), col(Hook.key)))).all()
    return [_seen(one, [row for row in rows if row[0] == one.id]) for one in hooks]


def _seen(one: Hook, counts: Sequence[tuple[UUID, str, int, datetime]]) -> HookSeen:
    by_state = {HookCallState(state): n for _, state, n, _ in counts}
    last = max((at for *_, at in counts), default=None)
    return HookSeen(HookSystem(one.system), one.key, one.mapping, by_state, last)
