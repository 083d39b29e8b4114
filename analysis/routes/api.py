"""The same reports for programs."""

from datetime import date
from typing import Any

import msgspec
from litestar import get

from analysis.models import Dimension
from analysis.queries import moments as queries
from analysis.queries.heads import current_version
from analysis.routes.asking import Wished
from analysis.schemas.figures import Figure, Window
from analysis.schemas.moments import MomentView
from analysis.schemas.reports import (
    Difference,
    DimensionReport,
    Filters,
    TouchpointReport,
)
from analysis.service.experience import experience_report
from analysis.service.filters import checked, offered
from analysis.service.flow import flow_report
from analysis.service.rates import rate_report
from core.clock import now
from core.requests import Manager, Read
from core.settings import settings

METHOD = "1"
SUPPRESSED = {"suppressed": True}
Json = dict[str, Any]


@get("/experience")
async def experience(read: Read, manager: Manager, wish: Wished) -> Json:
    """The three dimensions, words and lost time: in all, by month and by touchpoint."""
    filters = await _filters(read, manager, wish)
    found = await experience_report(read, manager.scope, filters)
    return {
        **await _told(read, filters, "mean with Student's t interval, 95 %"),
        "n": SUPPRESSED if found.n is None else found.n,
        "compared": [_window(window) for window in found.compared] if found.compared else None,
        "dimensions": {name.value: _dimension(one) for name, one in found.dimensions.items()},
        "touchpoints": [_touchpoint(one) for one in found.touchpoints if filters.touchpoint in (None, one.key)],
        "touchpoints_not_shown_singly": _figures(found.rest) if filters.touchpoint is None else {},
    }


@get("/flow")
async def flow(read: Read, manager: Manager, wish: Wished) -> Json:
    """Response, waiting, queue, hand-offs and resolution of the tickets resolved in the window."""
    filters = await _filters(read, manager, wish)
    found = await flow_report(read, manager.scope, filters)
    figures = _hide_none(msgspec.to_builtins(found)) if found else SUPPRESSED
    n = found.tickets if found else SUPPRESSED
    return {**await _told(read, filters, "shares of the open clock; percentiles, type 7"), "n": n, "flow": figures}


@get("/response-rate")
async def response_rate(read: Read, manager: Manager, wish: Wished) -> Json:
    """Of those who were asked in the window, how many answered; and why others were not asked."""
    filters = await _filters(read, manager, wish)
    found: Json = _hide_none(msgspec.to_builtins(await rate_report(read, manager.scope, filters)))
    return {**await _told(read, filters, "answered / asked"), "n": found["asked"], **found}


@get("/moments")
async def moments(read: Read, manager: Manager, wish: Wished) -> Json:
    """Moments of truth as they stand after the newest look; a touchpoint may be asked for."""
    filters = await _filters(read, manager, wish)
    found, newest = await queries.moments(read, manager.scope), await queries.newest_look(read)
    shown = [one for one in found if filters.touchpoint in (None, one.touchpoint)]
    told = await _told(read, filters, "points of journey-end satisfaction (1-5) lost per 100 visits, 95 %")
    told["versions"]["method"] = newest.method if newest else None
    looked = newest.day.isoformat() if newest else None
    return {**told, "looked_on": looked, "n": len(shown), "moments": [_moment(one) for one in shown]}


def _moment(one: MomentView) -> Json:
    return {
        "id": str(one.id),
        "kind": one.kind,
        "state": one.state.value,
        "touchpoint": one.touchpoint,
        "segment": {one.segment.dimension: one.segment.value} if one.segment else None,
        "loss_per_100_visits": one.loss.per_100_visits,
        "ci95": [one.loss.low, one.loss.high],
        "loss_per_100_journeys": one.loss.per_100_journeys,
        "n": one.loss.n,
        "of_own_customers": one.own,
        "since": _iso(one.since),
        "since_between": [_iso(day) for day in one.since_between] if one.since_between else None,
        "first_detected": _iso(one.first_detected),
        "rank": one.rank,
        "carried_from": one.carried_from or None,
        "carried": one.figures.get("carried"),
        "acted_on": _iso(one.acted_on_at and one.acted_on_at.date()),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def _filters(read: Read, manager: Manager, wish: Wished) -> Filters:
    return await checked(read, await offered(read, manager.scope), wish, now().date())


async def _told(read: Read, filters: Filters, formula: str) -> Json:
    """What every answer says of itself."""
    return {
        "window": _window(filters.window),
        "filters": {
            "service": filters.service,
            "customer": filters.customer,
            "touchpoint": filters.touchpoint,
        },
        "formula": formula,
        "versions": {"classifier": await current_version(read), "method": METHOD},
        "smallest_group": settings().min_group,
    }


def _window(window: Window) -> Json:
    return {"from": window.start.isoformat(), "to": window.end.isoformat()}


def _dimension(found: DimensionReport) -> Json:
    return {
        **_figure(found.figure),
        "change": _difference(found.change),
        "months": [{**_window(window), **_figure(figure)} for window, figure in found.months],
    }


def _touchpoint(found: TouchpointReport) -> Json:
    return {
        "touchpoint": found.key,
        "stage": found.stage,
        "level": found.level.value,
        "level_from": found.basis.value,
        "against_rest": _difference(found.against_rest),
        **_figures(found.figures),
    }


def _figures(found: Any) -> Json:
    return {dimension.value: _figure(found[dimension]) for dimension in Dimension}


def _figure(figure: Figure) -> Json:
    if figure.suppressed:
        return dict(SUPPRESSED)
    if figure.band:
        return {"band": list(figure.band), "ci95": [figure.low, figure.high], "n": figure.n}
    return {"value": figure.value, "ci95": [figure.low, figure.high], "n": figure.n}


def _difference(found: Difference | None) -> Json | None:
    return {"value": found.value, "ci95": [found.low, found.high]} if found else None


def _hide_none(found: Json) -> Json:
    """A count that is too small to be told is said to be so."""
    return {
        name: dict(SUPPRESSED) if value is None else _hide_none(value) if name in ("handoffs", "not_asked") else value
        for name, value in found.items()
    }
