"""Figures of indicators: from what people said, from how work flowed, or from elsewhere; all but the last through the
gate."""

from collections.abc import Mapping

from analysis.disclosure import Choice
from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window, first_day, month_of
from analysis.schemas.reports import Difference, Filters
from analysis.service.before_after import Shown, figure_of, shown_in
from analysis.service.experience import scale_of
from analysis.service.flow import sure_by_month, sure_flow
from analysis.statistics import Sums, difference
from core.clock import now
from core.db import Session
from journeys.schemas import Sure as Flowed
from value.models import Indicator, IndicatorReading, Source
from value.queries import worth as queries
from value.rules.trends import moved, slope, spread_of
from value.rules.worth import goal_of
from value.schemas.worth import Measured, Moves, Sure

RECENT, HALF_A_YEAR, YEAR = 3, 6, 12  # months
FLOW = (
    "response_hours",
    "response_hours_p90",
    "resolution_hours",
    "resolution_hours_p90",
    "waiting_percent",
    "queue_percent",
    "active_percent",
)


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
    """Of the quarter and the one before, and month by month for half a year."""
    quarters = Window(last - RECENT + 1, last), Window(last - 2 * RECENT + 1, last - RECENT)
    figure, before = [_flowed(await sure_flow(session, customers, _asked(one, each)), one) for each in quarters]
    half = Window(last - HALF_A_YEAR + 1, last)
    found = await sure_by_month(session, customers, _asked(one, half))
    return Measured(
        indicator=one,
        figure=figure,
        change=moved(figure, before),
        months=tuple(
            (month, _flowed(found.get(f"{first_day(month):%Y-%m}", {}), one).value)
            for month in range(half.first, half.last + 1)
        ),
        goal=goal_of(one.target, figure, better_up=one.better == "up"),
        sure=Sure.FEW if figure.low is None else Sure.YES,
    )


def _asked(one: Indicator, window: Window) -> Filters:
    return Filters(window, "dates", service=one.service or None, touchpoint=one.touchpoint or None)


def _flowed(flow: Mapping[str, Flowed], one: Indicator) -> Figure:
    found = flow.get(one.measure)
    if found is None:
        return Figure()
    if found.low is None or found.high is None:
        return Figure(round(found.value, 1), None, None, found.n)
    return Figure(round(found.value, 1), round(found.low, 1), round(found.high, 1), found.n)


async def _imported(session: Session, one: Indicator, _customers: frozenset[str] | None, _last: int) -> Measured:
    found = await queries.readings(session, one.id)
    figure = read_figure(found[-1]) if found else Figure()
    months = tuple((month_of(each.month), each.value) for each in found[-YEAR:])
    alone = figure.low is None
    return Measured(
        indicator=one,
        figure=figure,
        change=slope(months),
        months=months,
        goal=goal_of(one.target, figure, better_up=one.better == "up", exact=alone),
        moves=Moves.MONTHLY,
        sure=Sure.ALONE if alone else Sure.YES,
    )


def read_figure(one: IndicatorReading) -> Figure:
    """With the interval that was given, else with the one that follows from its n and standard deviation."""
    if one.low is not None and one.high is not None:
        return Figure(one.value, one.low, one.high, one.n)
    low, high = spread_of(one.value, one.n, one.sd) or (None, None)
    return Figure(one.value, low, high, one.n)
