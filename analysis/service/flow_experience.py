"""Flow against experience: from which waiting time, or how many hand-offs, people are less content."""

from collections.abc import Callable, Sequence
from datetime import date

from analysis.disclosure import Group, enough, figure, together
from analysis.queries.flow_answers import Answered, answered_tickets
from analysis.schemas.figures import settled_before
from analysis.schemas.reports import FlowBreak
from analysis.service.settled import Settled
from analysis.statistics import Sums
from analysis.statistics.breaking import breaking
from core.db import Session
from core.settings import settings
from journeys.schemas import TicketFlow

HOUR = 3600.0
HOURS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 48.0, 72.0, 120.0, 168.0, 336.0)
TIMES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
Measure = Callable[[TicketFlow], float]
MEASURES: dict[str, tuple[Measure, tuple[float, ...]]] = {
    "waiting": (lambda flow: (flow.waiting_s + flow.queue_s) / HOUR, HOURS),
    "handoffs": (lambda flow: float(flow.handoffs), TIMES),
    "reopens": (lambda flow: float(flow.reopens), TIMES[:4]),
}


async def _made(session: Session, scope: frozenset[str] | None, today: date) -> dict[str, FlowBreak | None]:
    """Of everything in scope together, never of a part that a filter cuts out. None: no clear break, or too few."""
    found = await answered_tickets(session, scope, settled_before(today))
    return {name: _break(found, *of, whole=name != "waiting") for name, of in MEASURES.items()}


flow_breaks = Settled("flow breaks", dict[str, FlowBreak | None], _made)


def _break(found: Sequence[Answered], measure: Measure, edges: Sequence[float], whole: bool) -> FlowBreak | None:
    groups = [_group(found, measure, low, high) for low, high in zip(edges, [*edges[1:], float("inf")], strict=True)]
    step = breaking([(edge, group.sums) for edge, group in zip(edges, groups, strict=True)], whole)
    if step is None:
        return None
    minimum = settings().min_group
    before, after = together(groups[: step.cut]), together(groups[step.cut :])
    if not (enough(before, minimum) and enough(after, minimum)):
        return None
    return FlowBreak(step.at, step.earliest, step.latest, figure(before, minimum), figure(after, minimum))


def _group(found: Sequence[Answered], measure: Measure, low: float, high: float) -> Group:
    inside = [one for one in found if low <= measure(one.flow) < high]
    scores = [round(one.score) for one in inside]
    sums = Sums(len(scores), sum(scores), sum(score**2 for score in scores))
    return Group(sums, frozenset(one.person for one in inside))
