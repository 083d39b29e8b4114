"""Where somebody's ticket stands, for a page that they look at while they wait."""

from datetime import datetime, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from core.clock import now
from core.db import Database
from core.recorder import recorder
from journeys.models import TicketKind
from journeys.queries import progress as queries
from journeys.rules.progress import progress, step_of
from journeys.schemas.progress import LikeIt, Progress, Stand, Step, Waiting

# How long tickets took is read from half a year of them and told by the day: minutes make no difference to it.
GOOD_FOR = timedelta(minutes=10)
MOST_KEPT = 1_000
_Kept = dict[tuple[TicketKind, UUID | None], tuple[datetime, LikeIt]]
_kept: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()


async def progress_of(db: Database, ticket_id: UUID) -> Progress | None:
    """None where its events tell no state. Fit for whoever raised the ticket and holds the link to it: other tickets
    are counted and never named, and nobody's words are read.

    State and queue are as they are at this moment, looked up together with whoever asks at the same time; how long
    tickets like it took is read anew every ten minutes.
    """
    stand = await recorder(db, queries.stands, writes=False).record(ticket_id)
    step = step_of(stand.flow) if stand else None
    if stand is None or step is None:
        return None
    if step is Step.DONE:
        return Progress(step, stand.flow.resolved_at.date() if stand.flow.resolved_at else None)
    return await _of_who_waits(db, stand, step, now())


async def _of_who_waits(db: Database, stand: Stand, step: Step, at: datetime) -> Progress:
    ahead = stand.ahead if step is Step.QUEUE else None
    like_it = await _like_it(db, stand, at) if step in (Step.QUEUE, Step.ACTIVE) else LikeIt()
    return progress(Waiting(step, stand.flow.opened_at, stand.flow.entered_at, ahead, at), like_it)


async def _like_it(db: Database, stand: Stand, at: datetime) -> LikeIt:
    kept, name = _kept.setdefault(db, {}), (stand.kind, stand.service_id)
    read_at, like_it = kept.get(name, (None, LikeIt()))
    if read_at and timedelta(0) <= at - read_at < GOOD_FOR:
        return like_it
    async with db.read() as session:
        like_it = await queries.like_it(session, stand.kind, stand.service_id, at)
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[name] = (at, like_it)
    return like_it
