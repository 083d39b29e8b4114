"""The experience report: rollups read, grouped by the gate's plan, turned into figures and levels."""

from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import Choice, Group, Published, change, figure, publish, together
from analysis.models import Dimension
from analysis.queries.cells import atoms
from analysis.rules.levels import level
from analysis.rules.periods import before
from analysis.schemas.figures import Figure
from analysis.schemas.reports import DimensionReport, ExperienceReport, Filters, TouchpointReport
from analysis.statistics import SCORES, Scale
from core.settings import settings
from journeys.models import Touchpoint
from journeys.queries.places import touchpoints

MINUTES = Scale(low=0, high=float("inf"), step=15)
Plan = Mapping[Dimension, Published]


async def experience_report(session: AsyncSession, scope: frozenset[str] | None, filters: Filters) -> ExperienceReport:
    choice, minimum = Choice(filters.service, filters.customer), settings().min_group
    found, earlier = await atoms(session, scope, choice), before(filters.window)
    now = {dimension: publish(found[dimension], filters.window, choice, minimum) for dimension in Dimension}
    past = (
        {dimension: publish(found[dimension], earlier, choice, minimum) for dimension in Dimension} if earlier else {}
    )
    return ExperienceReport(
        filters=filters,
        dimensions={dimension: _dimension(dimension, now[dimension], past.get(dimension)) for dimension in Dimension},
        touchpoints=tuple(_touchpoint(one, now) for one in await touchpoints(session)),
        rest={dimension: figure(now[dimension].rest, minimum, scale_of(dimension)) for dimension in Dimension},
        heard_from=min((one.blocks[0].months.first for one in now.values() if one.blocks), default=None),
    )


def scale_of(dimension: Dimension) -> Scale:
    return MINUTES if dimension is Dimension.LOST_MINUTES else SCORES


def _dimension(dimension: Dimension, now: Published, past: Published | None) -> DimensionReport:
    minimum, scale = settings().min_group, scale_of(dimension)
    return DimensionReport(
        figure=figure(now.total, minimum, scale),
        change=change(now.total, past.total if past else None, minimum, scale),
        months=tuple((block.months, figure(block.group, minimum, scale)) for block in now.blocks),
    )


def _touchpoint(touchpoint: Touchpoint, plan: Plan) -> TouchpointReport:
    """Read from satisfaction, or from words where too few people gave a score."""
    key = touchpoint.key
    figures = {dimension: _figure_at(key, dimension, plan) for dimension in Dimension}
    rated = not figures[Dimension.SATISFACTION].suppressed or figures[Dimension.SENTIMENT].suppressed
    basis = Dimension.SATISFACTION if rated else Dimension.SENTIMENT
    against_rest = change(plan[basis].touchpoints.get(key), _others(key, plan[basis]), settings().min_group)
    return TouchpointReport(
        key=key,
        stage=touchpoint.stage,
        names={"en": touchpoint.name_en, "zh": touchpoint.name_zh},
        level=level(figures[basis], against_rest),
        basis=basis,
        figures=figures,
        against_rest=against_rest,
    )


def _figure_at(key: str, dimension: Dimension, plan: Plan) -> Figure:
    return figure(plan[dimension].touchpoints.get(key), settings().min_group, scale_of(dimension))


def _others(key: str, published: Published) -> Group:
    """All touchpoints but this one, the ones that are not shown singly among them."""
    return together([published.rest, *(group for name, group in published.touchpoints.items() if name != key)])
