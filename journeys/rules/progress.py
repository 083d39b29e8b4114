"""What may be told to somebody who waits: where their ticket stands, and when to expect news."""

from collections.abc import Sequence
from datetime import timedelta

from journeys.models import TicketState, WaitingFor
from journeys.schemas import TicketFlow
from journeys.schemas.progress import LikeIt, Progress, Step, Waiting

# A forecast is read from no fewer tickets than this that had waited as long and were over later.
FEWEST = 20
SHARE = 0.8
RUNNING = {TicketState.QUEUE: Step.QUEUE, TicketState.ACTIVE: Step.ACTIVE}


def step_of(flow: TicketFlow) -> Step | None:
    """None: its events do not tell."""
    if flow.state is None:
        return None
    if flow.state is TicketState.WAITING:
        on_requester = flow.waits_for == WaitingFor.REQUESTER
        return Step.WAITING_REQUESTER if on_requester else Step.WAITING_OTHERS
    return RUNNING.get(flow.state, Step.DONE)


def progress(waiting: Waiting, like_it: LikeIt) -> Progress:
    """Of the tickets that had lasted as long as this one, `SHARE` had news by `news_by`.

    That is the conditional quantile of the time from opening to the first response (in the queue) or to the resolution
    (at work): times shorter than this ticket's own age say nothing about what is still to come. Fewer than `FEWEST` of
    them left, out of enough: it takes longer than usual, and nobody can say how long.
    """
    since = waiting.since.date() if waiting.since else None
    told = Progress(waiting.step, since, waiting.ahead)
    times = like_it.to_response if waiting.step is Step.QUEUE else like_it.to_resolution
    if waiting.step not in (Step.QUEUE, Step.ACTIVE) or waiting.opened_at is None or len(times) < FEWEST:
        return told
    age = (waiting.at - waiting.opened_at).total_seconds()
    later = sorted(one for one in times if one > age)
    if len(later) < FEWEST:
        return Progress(waiting.step, since, waiting.ahead, of=len(times), late=True)
    by = waiting.opened_at + timedelta(seconds=_quantile(later))
    return Progress(waiting.step, since, waiting.ahead, by.date(), len(later))


def _quantile(ordered: Sequence[float]) -> float:
    """The smallest time within which `SHARE` of them fall."""
    return ordered[min(len(ordered) - 1, int(SHARE * len(ordered)))]
