"""Flow beside experience: the figures of the journeys floor, through the gate."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from analysis.disclosure import count, counts_shown
from analysis.schemas.figures import Window
from analysis.schemas.reports import Filters, FlowFigures, FlowsBy
from core.db import Session
from core.settings import settings
from journeys.schemas import FlowChoice, FlowReport, Sure
from journeys.service import flow as tickets
from journeys.service.flow import Dimension


async def flow_report(session: Session, scope: frozenset[str] | None, filters: Filters) -> FlowFigures | None:
    return disclosed(await tickets.flow(session, scope, choice_of(filters)))


async def flow_by(session: Session, scope: frozenset[str] | None, by: Dimension, filters: Filters) -> FlowsBy:
    """For each value of a dimension, and how many tickets there are in all."""
    found = await tickets.flow_by(session, scope, by, choice_of(filters))
    counts = {key: report.tickets for key, report in found.items()}
    shown = counts_shown(counts, settings().min_group)
    flows = {key: disclosed(report) if shown[key] else None for key, report in found.items()}
    return FlowsBy(count(sum(counts.values()), settings().min_group), flows)


async def sure_flow(session: Session, scope: frozenset[str] | None, filters: Filters) -> Mapping[str, Sure]:
    """The figures that can be agreed on, with their intervals (docs/flow.md); none where there are too few tickets."""
    return _sure((await tickets.sure_by(session, scope, None, choice_of(filters))).get(""))


async def sure_by_month(
    session: Session, scope: frozenset[str] | None, filters: Filters
) -> Mapping[str, Mapping[str, Sure]]:
    """The same for each month, such as 2026-01."""
    found = await tickets.sure_by(session, scope, "month", choice_of(filters))
    return {month: _sure(one) for month, one in found.items()}


def _sure(found: tuple[int, dict[str, Sure]] | None) -> Mapping[str, Sure]:
    minimum = settings().min_group
    if found is None or found[0] < minimum:
        return {}
    return {name: one for name, one in found[1].items() if one.n >= minimum}


def choice_of(filters: Filters) -> FlowChoice:
    since, until = bounds(filters.window)
    return FlowChoice(
        since=since, until=until, service=filters.service, customer=filters.customer, touchpoint=filters.touchpoint
    )


def bounds(window: Window) -> tuple[datetime, datetime]:
    """From the first instant of a window to before the first of what follows."""
    after = Window(window.last + 1, window.last + 1)
    return datetime.combine(window.start, time(), UTC), datetime.combine(after.start, time(), UTC)


def disclosed(report: FlowReport) -> FlowFigures | None:
    minimum = settings().min_group
    if report.tickets < minimum:
        return None
    return FlowFigures(
        tickets=report.tickets,
        pooled=report.pooled,
        per_ticket_mean=report.per_ticket_mean,
        hours_to_response=report.hours_to_response,
        hours_to_first_resolution=report.hours_to_first_resolution,
        hours_to_final_resolution=report.hours_to_final_resolution,
        handoffs=counts_shown(report.handoffs, minimum),
        ping_pong=count(report.ping_pong, minimum),
        reopened=count(report.reopened, minimum),
        waiting_for=report.waiting_for,
    )
