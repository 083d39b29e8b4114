"""The entrance from the worker."""

from uuid import UUID

from core.clock import now
from core.outbox import Batch
from value.models import State
from value.queries import improvements as queries
from value.service.measuring import is_day_of_judgement, last_month, look
from value.service.steps import judge
from value.service.telling import tell, tell_result


async def tell_who_led(batch: Batch) -> None:
    """What was done, and what came out, to those whose voices led to it. Whoever has heard of it is passed over."""
    for id_ in {UUID(fact["improvement_id"]) for fact in batch.data}:
        await tell(batch.db, id_)
    async with batch.finish():
        pass


async def judge_improvements(batch: Batch) -> None:
    """The verdict, once, when its day has come; whoever set another day has announced that one."""
    today = now().date()
    for id_ in {UUID(fact["improvement_id"]) for fact in batch.data}:
        async with batch.db.read() as session:
            one = await queries.done_improvement(session, id_)
            if one is None or one.state != State.DONE or not is_day_of_judgement(one, today):
                continue
            customers = (await queries.customers_of(session, [id_]))[id_]
            seen = await look(session, one, customers, today)
        if seen:
            async with batch.db.write() as session:
                await judge(session, one, *seen, until=last_month(one, today))
    async with batch.finish():
        pass


async def tell_what_came_out(batch: Batch) -> None:
    for id_ in {UUID(fact["improvement_id"]) for fact in batch.data}:
        await tell_result(batch.db, id_)
    async with batch.finish():
        pass
