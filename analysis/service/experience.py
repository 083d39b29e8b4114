"""The experience report: what the gate published, turned into figures and levels."""

from collections.abc import Collection, Iterable, Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import Block, Choice, Group, Plan, Published, change, figure, plan, publish, together
from analysis.models import Dimension
from analysis.queries.cells import atoms
from analysis.rules.levels import level
from analysis.rules.periods import compared
from analysis.schemas.figures import Figure, Window
from analysis.schemas.reports import Difference, DimensionReport, ExperienceReport, Filters, TouchpointReport
from analysis.statistics import SCORES, Scale
from core.settings import settings
from journeys.models import Stage, Touchpoint
from journeys.queries.places import touchpoints

MINUTES = Scale(low=0, high=float("inf"), step=15)
EVERYTHING = Choice()
Found = Mapping[Dimension, list[Block]]
Shown = Mapping[Dimension, Published]
Windows = tuple[Window, Window]


async def experience_report(
    session: AsyncSession, scope: frozenset[str] | None, filters: Filters, own: Collection[str] | None = None
) -> ExperienceReport:
    """`own`: the touchpoints that are told of, all by default; totals are of everything."""
    choice, minimum = Choice(filters.service, filters.customer), settings().min_group
    found = await atoms(session, scope, choice)
    windows = _compared(filters, found)
    places = [one for one in await touchpoints(session) if own is None or one.key in own]
    plans = {dimension: plan(found[dimension], choice, minimum) for dimension in Dimension}
    shown = {dimension: publish(plans[dimension], filters.window, minimum) for dimension in Dimension}
    whole = shown if choice == EVERYTHING else await shown_under(session, scope, Filters(filters.window, ""))
    return ExperienceReport(
        filters=filters,
        dimensions={one: _dimension(one, shown[one], _change(one, plans[one], windows)) for one in Dimension},
        compared=windows,
        touchpoints=tuple(_touchpoint(one, shown, whole) for one in places),
        stages={stage.value: at_stage([one.key for one in places if one.stage == stage], shown) for stage in Stage},
        rest={dimension: figure(shown[dimension].rest, minimum, scale_of(dimension)) for dimension in Dimension},
        heard_from=min((one.blocks[0].months.first for one in shown.values() if one.blocks), default=None),
    )


async def shown_under(session: AsyncSession, scope: frozenset[str] | None, filters: Filters) -> Shown:
    """What may be seen in a period under a filter, in each dimension."""
    choice, minimum = Choice(filters.service, filters.customer), settings().min_group
    found = await atoms(session, scope, choice)
    plans = {dimension: plan(found[dimension], choice, minimum) for dimension in Dimension}
    return {dimension: publish(plans[dimension], filters.window, minimum) for dimension in Dimension}


def _compared(filters: Filters, found: Found) -> Windows | None:
    months = [block.months.last for dimension in found.values() for block in dimension]
    return compared(filters.window, min(months)) if months else None


def _change(dimension: Dimension, plan: Plan, windows: Windows | None) -> Difference | None:
    if windows is None:
        return None
    minimum = settings().min_group
    later, earlier = (publish(plan, window, minimum).total for window in windows)
    return change(later, earlier, minimum, scale_of(dimension))


def scale_of(dimension: Dimension) -> Scale:
    return MINUTES if dimension is Dimension.LOST_MINUTES else SCORES


def _dimension(dimension: Dimension, now: Published, moved: Difference | None) -> DimensionReport:
    minimum, scale = settings().min_group, scale_of(dimension)
    return DimensionReport(
        figure=figure(now.total, minimum, scale),
        change=moved,
        months=tuple((block.months, figure(block.group, minimum, scale)) for block in now.blocks),
    )


def _touchpoint(touchpoint: Touchpoint, shown: Shown, whole: Shown) -> TouchpointReport:
    """Read from satisfaction, or from words where too few people gave a score; compared with all others in scope,
    whatever the filter: a service that is bad throughout would else look like its own normal."""
    key = touchpoint.key
    figures = {dimension: _figure_at(key, dimension, shown) for dimension in Dimension}
    rated = not figures[Dimension.SATISFACTION].suppressed or figures[Dimension.SENTIMENT].suppressed
    basis = Dimension.SATISFACTION if rated else Dimension.SENTIMENT
    against_rest = change(shown[basis].touchpoints.get(key), _others(key, whole[basis]), settings().min_group)
    return TouchpointReport(
        key=key,
        stage=touchpoint.stage,
        names={"en": touchpoint.name_en, "zh": touchpoint.name_zh},
        level=level(figures[basis], against_rest, from_words=basis is Dimension.SENTIMENT),
        basis=basis,
        figures=figures,
        against_rest=against_rest,
    )


def at_stage(keys: Iterable[str], shown: Shown) -> dict[Dimension, Figure]:
    return {one: figure(group, settings().min_group, scale_of(one)) for one, group in groups_at(keys, shown).items()}


def groups_at(keys: Iterable[str], shown: Shown) -> dict[Dimension, Group | None]:
    """Those of these touchpoints that are shown singly, together."""
    ones = list(keys)
    found = {
        one: [published.touchpoints[key] for key in ones if key in published.touchpoints]
        for one, published in shown.items()
    }
    return {one: together(groups) if groups else None for one, groups in found.items()}


def _figure_at(key: str, dimension: Dimension, shown: Shown) -> Figure:
    return figure(shown[dimension].touchpoints.get(key), settings().min_group, scale_of(dimension))


def _others(key: str, published: Published) -> Group:
    """All touchpoints but this one, the ones that are not shown singly among them."""
    return together([published.rest, *(group for name, group in published.touchpoints.items() if name != key)])
