"""Flow beside experience: the figures of the journeys floor, through the gate."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time

from analysis.disclosure import count, counts_shown
from analysis.schemas.figures import Window
from analysis.schemas.reports import Filters, FlowFigures, FlowsBy
from analysis.statistics.proportions import share
from core.db import Session
from core.settings import settings
from journeys.schemas import Figures, FlowChoice, FlowReport, Shares, Sure
from journeys.service import flow as tickets
from journeys.service.flow import Dimension


async def flow_report(session: Session, scope: frozenset[str] | None, filters: Filters) -> FlowFigures | None:
    found = await tickets.sure_by(session, scope, None, choice_of(filters))
    return disclosed(*found[""]) if "" in found else None


async def flow_by(session: Session, scope: frozenset[str] | None, by: Dimension, filters: Filters) -> FlowsBy:
    """For each value of a dimension, and how many tickets there are in all."""
    return (await flows_of(session, scope, [by], filters))[by]


async def flows_of(
    session: Session, scope: frozenset[str] | None, dimensions: Sequence[Dimension], filters: Filters
) -> dict[Dimension, FlowsBy]:
    """The same for several dimensions at once."""
    found = await tickets.sure_by_each(session, scope, dimensions, choice_of(filters))
    return {by: _flows(found[by]) for by in dimensions}


def _flows(found: Mapping[str, tuple[FlowReport, dict[str, Sure]]]) -> FlowsBy:
    counts = {key: report.tickets for key, (report, _) in found.items()}
    shown = counts_shown(counts, settings().min_group)
    flows = {key: disclosed(*one) if shown[key] else None for key, one in found.items()}
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


def _sure(found: tuple[FlowReport, dict[str, Sure]] | None) -> Mapping[str, Sure]:
    return _of_enough(found[1]) if found and found[0].tickets >= settings().min_group else {}


def _of_enough(sure: Mapping[str, Sure]) -> dict[str, Sure]:
    return {name: one for name, one in sure.items() if one.n >= settings().min_group}


def choice_of(filters: Filters) -> FlowChoice:
    since, until = bounds(filters.window)
    return FlowChoice(
        since=since, until=until, service=filters.service, customer=filters.customer, touchpoint=filters.touchpoint
    )


def bounds(window: Window) -> tuple[datetime, datetime]:
    """From the first instant of a window to before the first of what follows."""
    after = Window(window.last + 1, window.last + 1)
    return datetime.combine(window.start, time(), UTC), datetime.combine(after.start, time(), UTC)


def disclosed(report: FlowReport, sure: Mapping[str, Sure]) -> FlowFigures | None:
    """A figure that too few tickets have is not known."""
    minimum, kept = settings().min_group, _of_enough(sure)
    if report.tickets < minimum:
        return None
    clocks = "active_percent" in kept
    handoffs = counts_shown(report.handoffs, minimum)
    ping_pong, reopened = count(report.ping_pong, minimum), count(report.reopened, minimum)
    stayed = handoffs["0"]
    moved = {
        "handed_on": None if stayed is None else report.tickets - stayed,
        "sent_back": ping_pong,
        "reopened": reopened,
    }
    return FlowFigures(
        tickets=report.tickets,
        pooled=report.pooled if clocks else Shares(),
        per_ticket_mean=report.per_ticket_mean if clocks else Shares(),
        hours_to_response=report.hours_to_response if "response_hours" in kept else Figures(),
        hours_to_first_resolution=report.hours_to_first_resolution if "first_resolution_hours" in kept else Figures(),
        hours_to_final_resolution=report.hours_to_final_resolution if "resolution_hours" in kept else Figures(),
        handoffs=handoffs,
        ping_pong=ping_pong,
        reopened=reopened,
        waiting_for=report.waiting_for if clocks else {},
        sure=kept | shares_of(report.tickets, moved),
    )


def shares_of(tickets: int, counts: Mapping[str, int | None]) -> dict[str, Sure]:
    """Wilson's intervals of what happened to some of the tickets, in percent."""
    found = {f"{name}_percent": share(n, tickets) for name, n in counts.items() if n is not None}
    return {name: Sure(100 * one.value, 100 * one.low, 100 * one.high, tickets) for name, one in found.items()}
