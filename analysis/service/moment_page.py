"""One moment of truth with all that belongs beside it: its history, words, and how work flows there."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from analysis.queries import moments as queries
from analysis.rules.periods import window_of
from analysis.schemas.moments import MomentPoint, MomentView
from analysis.schemas.reports import Filters, FlowFigures, Quote
from analysis.service.flow import flow_by
from analysis.service.quotes import quotes_about
from core.db import Session

EVER = "all"


@dataclass(frozen=True)
class MomentPage:
    view: MomentView
    history: list[MomentPoint]
    quotes: list[Quote]
    flow: FlowFigures | None


async def moment_page(session: Session, scope: frozenset[str] | None, id_: UUID, today: date) -> MomentPage | None:
    """None for those who may not see it. Words are those about the touchpoint, of all customers in scope together."""
    view = await queries.moment(session, scope, id_)
    if view is None:
        return None
    _, window = window_of(EVER, "", "", today)
    filters = Filters(window, EVER)
    flows = await flow_by(session, scope, "touchpoint", filters)
    return MomentPage(
        view=view,
        history=_by_month(await queries.history(session, scope, id_)),
        quotes=await quotes_about(session, scope, view.touchpoint, filters, praise=view.wins),
        flow=flows.flows.get(view.touchpoint),
    )


def _by_month(points: list[MomentPoint]) -> list[MomentPoint]:
    """The last look of each month: the days between move too little to be seen."""
    return list({(point.day.year, point.day.month): point for point in points}.values())
