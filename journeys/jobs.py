"""The entrance from the worker."""

from uuid import UUID

from core.db import Session
from core.outbox import Batch
from journeys.queries import hooks as queries
from journeys.rules.hooks import HookReader
from journeys.service import flow_cells
from journeys.service.hooks import forget_old_calls, keep_readings, read_calls


async def begin_counting(session: Session) -> None:
    """The worker starts: what waits to be counted and is announced by nothing, is announced."""
    await flow_cells.begin_counting(session)


async def count_flow(batch: Batch) -> None:
    """Tickets changed: the sums that flow reports read are brought up to date."""
    await batch.db.write_by_parts(flow_cells.count_some)
    async with batch.finish():
        pass


async def read_hook_calls(batch: Batch) -> None:
    """Ticket systems sent payloads: what they tell becomes events of tickets."""
    async with batch.db.read() as session:
        calls = await queries.calls(session, [UUID(fact["call_id"]) for fact in batch.data])
        hooks = await queries.hooks_by_id(session, [call.hook_id for call in calls])
    readers = {id_: HookReader(hook.mapping) for id_, hook in hooks.items()}
    readings = read_calls(calls, readers)
    async with batch.finish() as session:
        await keep_readings(session, readings)
        await forget_old_calls(session)
