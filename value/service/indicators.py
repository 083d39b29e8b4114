"""Figures of indicators: from what people said, from how work flowed, or from elsewhere; all but the last through the
gate."""

from collections.abc import Callable

from analysis.disclosure import Choice
from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window, first_day, month_of
from analysis.schemas.reports import Difference, Filters, FlowFigures
from analysis.service.before_after import Shown, figure_of, shown_in
from analysis.service.experience import scale_of
from analysis.service.flow import flow_by, flow_report
from analysis.statistics import Sums, difference
from core.clock import now
from core.db import Session
from value.models import Indicator, Source
from value.queries import worth as queries
from value.rules.worth import goal_of
from value.schemas.worth import Measured

RECENT, HALF_A_YEAR, YEAR = 3, 6, 12  # months
FLOW: dict[str, Callable[[FlowFigures], float | None]] = {
    "response_hours": lambda flow: flow.hours_to_response.p50,
    "response_hours_p90": lambda flow: flow.hours_to_response.p90,
    "resolution_hours": lambda flow: flow.hours_to_final_resolution.p50,
    "resolution_hours_p90": lambda flow: flow.hours_to_final_resolution.p90,
    "waiting_percent": lambda flow: _percent(flow.pooled.waiting),
    "queue_percent": lambda flow: _percent(flow.pooled.queue),
    "active_percent": lambda flow: _percent(flow.pooled.active),
}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


async def measured(session: Session, one: Indicator, customers: frozenset[str] | None) -> Measured:
    """Of the last three whole months."""
    last = month_of(now().date()) - 1
    measure = {Source.EXPERIENCE: _experience, Source.FLOW: _flow, Source.IMPORTED: _imported}[Source(one.source)]
    return await measure(session, one, customers, last)


async def _experience(session: Session, one: Indicator, customers: frozenset[str] | None, last: int) -> Measured:
    dimension = Dimension(one.measure)
    windows = [Window(last - RECENT + 1, last), Window(last - 2 * RECENT + 1, last - RECENT), Window(last - YEAR, last)]
    choice = Choice(service=one.service or None)
    recent, before, year = await shown_in(session, customers, choice, dimension, windows)
    places = [one.touchpoint] if one.touchpoint else sorted({*recent.blocks, *before.blocks, *year.blocks})
    scale = scale_of(dimension)
    figure = figure_of(recent.of(places), scale)
    return Measured(
        indicator=one,
        figure=figure,
        change=_change(recent.of(places), before.of(places), dimension),
        months=_means(year, places),
        goal=goal_of(one.target, figure, better_up=one.better == "up"),
    )


def _means(shown: Shown, places: list[str]) -> tuple[tuple[int, float | None], ...]:
    return tuple((month, round(sums.total / sums.n, 1)) for month, sums in shown.months(places))


def _change(recent: Sums, before: Sums, dimension: Dimension) -> Difference | None:
    scale = scale_of(dimension)
    if figure_of(recent, scale).suppressed or figure_of(before, scale).suppressed:
        return None
    found = difference(recent, before, scale)
    return Difference(round(found.value, 1), round(found.low, 1), round(found.high, 1)) if found else None


async def _flow(session: Session, one: Indicator, customers: frozenset[str] | None, last: int) -> Measured:
    """Of the quarter, and month by month for half a year."""
    figure = _flowed(one, await flow_report(session, customers, _asked(one, Window(last - RECENT + 1, last))))
    half = Window(last - HALF_A_YEAR + 1, last)
    found = (await flow_by(session, customers, "month", _asked(one, half))).flows
    return Measured(
        indicator=one,
        figure=figure,
        months=tuple(
            (month, _flowed(one, found.get(f"{first_day(month):%Y-%m}")).value)
            for month in range(half.first, half.last + 1)
        ),
        goal=goal_of(one.target, figure, better_up=one.better == "up"),
        exact=True,
    )


def _asked(one: Indicator, window: Window) -> Filters:
    return Filters(window, "dates", service=one.service or None, touchpoint=one.touchpoint or None)


def _flowed(one: Indicator, flow: FlowFigures | None) -> Figure:
    value = FLOW[one.measure](flow) if flow else None
    return Figure(round(value, 1), None, None, flow.tickets) if flow and value is not None else Figure()


async def _imported(session: Session, one: Indicator, _customers: frozenset[str] | None, _last: int) -> Measured:
    found = await queries.readings(session, one.id)
    newest = found[-1] if found else None
    figure = Figure(newest.value, newest.low, newest.high, newest.n) if newest else Figure()
    return Measured(
        indicator=one,
        figure=figure,
        months=tuple((month_of(each.month), each.value) for each in found[-YEAR:]),
        goal=goal_of(one.target, figure, better_up=one.better == "up"),
        exact=figure.low is None,
    )
