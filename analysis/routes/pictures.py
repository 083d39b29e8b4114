"""From figures to the charts of core: what is suppressed stays a gap."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from analysis.models import Dimension
from analysis.routes import words
from analysis.schemas.drivers import DriverLine
from analysis.schemas.figures import Figure, Window, month_of
from analysis.schemas.moments import Loss, MomentPoint
from analysis.schemas.reports import ASKED, DimensionReport, ExperienceReport, FlowFigures, Level, TouchpointReport
from core import charts
from core.i18n import gettext as _
from journeys.models import Stage
from journeys.rules.stages import stage_names
from journeys.schemas.stream import OPENED, RESOLVED, Passage, Step, Stream

LOOKS = {Dimension.FUNCTIONAL: "a", Dimension.EMOTIONAL: "b", Dimension.SATISFACTION: "c"}


def reading(figure: Figure) -> charts.Reading:
    return charts.Reading(figure.value, figure.low, figure.high, figure.n, figure.band)


def trend(report: ExperienceReport) -> charts.TrendChart:
    """Every month has its place; joined months stand in their last."""
    months = _months(report)
    names = words.dimension_names()
    by_month = {dimension: _by_month(report.dimensions[dimension]) for dimension in ASKED}
    series = [
        charts.Series(
            LOOKS[dimension],  # type: ignore[arg-type]
            names[dimension],
            [reading(by_month[dimension].get(month, (None, Figure()))[1]) for month in months],
        )
        for dimension in ASKED
    ]
    return charts.trend(series, [_tick(month, by_month) for month in months])


def _months(report: ExperienceReport) -> range:
    window = report.filters.window
    first = max(window.first, report.heard_from or window.first)
    return range(first, window.last + 1)


def _by_month(dimension: DimensionReport) -> dict[int, tuple[Window, Figure]]:
    return {window.last: (window, figure) for window, figure in dimension.months}


def _tick(month: int, by_month: Mapping[Dimension, Mapping[int, tuple[Window, Figure]]]) -> charts.Tick:
    found = [by_month[dimension][month] for dimension in ASKED if month in by_month[dimension]]
    window = min((window for window, _figure in found), key=lambda one: one.first, default=Window(month, month))
    n = max((figure.n or 0 for _window, figure in found), default=0)
    return charts.Tick(words.months(window), f"{n:,}" if n else "")


def sparks(report: ExperienceReport) -> dict[Dimension, charts.Spark]:
    return {
        dimension: charts.spark([figure.value for _window, figure in report.dimensions[dimension].months])
        for dimension in ASKED
    }


def emotional_curve(found: ExperienceReport, costly: Collection[str] = ()) -> charts.TrendChart:
    """The three questions apart, from stage to stage: what is shown there, together. `costly`: touchpoints to mark."""
    names = words.dimension_names()
    series = [
        charts.Series(
            LOOKS[dimension],  # type: ignore[arg-type]
            names[dimension],
            [reading(found.stages[stage][dimension]) for stage in Stage],
        )
        for dimension in ASKED
    ]
    return charts.trend(series, [_stage_tick(stage, found, costly) for stage in Stage])


def _stage_tick(stage: Stage, found: ExperienceReport, costly: Collection[str]) -> charts.Tick:
    n = found.stages[stage][Dimension.SATISFACTION].n
    here = [words.name(one) for one in found.touchpoints if one.stage == stage and one.key in costly]
    flag = _("Moment of truth: %(name)s") % {"name": words.listed(here)} if here else ""
    return charts.Tick(stage_names()[stage], f"{n:,}" if n else "", flag)


def journey(found: ExperienceReport, address: str, to: str = "") -> charts.JourneyChart:
    """The seven stages; the curve runs through scores only, never through words. `to`: where the places have pages."""
    return charts.journey_map([_lane(stage, found, to or f"{address}#") for stage in Stage])


def _lane(stage: Stage, found: ExperienceReport, address: str) -> charts.Lane:
    stops = [
        charts.Stop(
            stop_name(one),
            one.figure.value,
            one.figure.n or 0,
            one.level.value,
            f"{address}{one.key}",
            one.figure.band,
        )
        for one in found.touchpoints
        if one.stage == stage
    ]
    mean = found.stages[stage][Dimension.SATISFACTION]
    return charts.Lane(stage_names()[stage], stops, mean.value, mean.band)


def stop_name(touchpoint: TouchpointReport) -> str:
    worded = touchpoint.basis is Dimension.SENTIMENT and touchpoint.level is not Level.FEW
    return _("“%(name)s”") % {"name": words.name(touchpoint)} if worded else words.name(touchpoint)


def levels(touchpoints: Iterable[TouchpointReport], dimension: Dimension, address: str) -> charts.BarChart:
    bars = [
        charts.Bar(words.name(one), reading(one.figures[dimension]), one.level.value, f"{address}{one.key}")
        for one in touchpoints
        if not one.figures[dimension].suppressed
    ]
    return charts.bar_ci(bars, scale=charts.Scale(0, 100))


def importance(lines: Iterable[DriverLine], names: Mapping[str, str]) -> charts.BarChart:
    """Shares of all that is explained, in percent; what works the wrong way round stands out."""
    bars = [
        charts.Bar(
            names.get(one.touchpoint, one.touchpoint),
            charts.Reading(100 * one.share.value, 100 * one.share.low, 100 * one.share.high, one.n),
            "hurts" if one.sign == "negative" else "fine",
            f"/journeys/service/touchpoints/{one.touchpoint}",
        )
        for one in lines
    ]
    return charts.bar_ci(bars, scale=charts.Scale(0, 100))


def value_stream(found: Stream, names: Mapping[str, str]) -> tuple[charts.StreamChart, charts.StreamChart]:
    """For a desk and for a phone. `names`: of the steps that are no group."""
    groups = [OPENED, *(one.group for one in found.steps), RESOLVED]
    heaviest = max((one.hours for one in found.steps), default=0.0) or 1.0
    passages = _together(found.passages)
    slowest = max((one.hours for one in passages), default=0.0)
    middle = [_station(one, names, heaviest) for one in found.steps]
    ends = [charts.Station(names[key], "", kind="outer") for key in (OPENED, RESOLVED)]
    ways = [
        charts.Way(
            groups.index(one.source), groups.index(one.target), one.times, _passing(one), one.hours == slowest > 0
        )
        for one in passages
    ]
    stations = [ends[0], *middle, ends[1]]
    return charts.stream_chart(stations, ways), charts.stream_chart(stations, ways, width=360)


def _station(step: Step, names: Mapping[str, str], heaviest: float) -> charts.Station:
    whole = step.hours or 1.0
    note = _("%(n)s tickets · %(time)s each") % {
        "n": f"{step.tickets:,}",
        "time": words.duration(step.hours / max(1, step.tickets)),
    }
    parts = (step.active / whole, step.waiting / whole, step.queue / whole)
    return charts.Station(names.get(step.group, step.group), note, parts, step.hours / heaviest)


def _together(passages: Iterable[Passage]) -> list[Passage]:
    """Between two steps one line, whether a ticket had been there before or not."""
    found: dict[tuple[str, str], Passage] = {}
    for one in passages:
        other = found.get((one.source, one.target))
        times = one.times + (other.times if other else 0)
        hours = one.hours * one.times + (other.hours * other.times if other else 0.0)
        found[one.source, one.target] = Passage(one.source, one.target, times, one.back, hours / times)
    return list(found.values())


def _passing(one: Passage) -> str:
    waits = one.target != RESOLVED and one.hours > 0
    return f"{one.times:,} · {words.duration(one.hours)}" if waits else f"{one.times:,}"


def time_spent(flow: FlowFigures) -> charts.ShareBar:
    parts = {
        "active": (_("Being worked on"), flow.pooled.active),
        "waiting": (_("Waiting for somebody"), flow.pooled.waiting),
        "queue": (_("In a queue"), flow.pooled.queue),
    }
    return charts.share_bar([charts.Part(look, label, share or 0.0) for look, (label, share) in parts.items()])


def moment_history(points: Sequence[MomentPoint], *, wins: bool) -> charts.TrendChart | None:
    """A gain is drawn upwards, as a loss is."""
    if len(points) < 2:
        return None
    readings = [_point(one.loss, wins) for one in points]
    ticks = [charts.Tick(words.month(month_of(one.day)), f"{one.loss.n:,}") for one in points]
    reach = [value for one in readings for value in (one.low, one.high) if value is not None]
    scale = charts.Scale(min(0.0, *reach), max(0.0, *reach))
    return charts.trend([charts.Series("a", _("Won") if wins else _("Lost"), readings)], ticks, scale=scale)


def _point(loss: Loss, wins: bool) -> charts.Reading:
    if wins:
        return charts.Reading(-loss.per_100_visits, -loss.high, -loss.low, loss.n)
    return charts.Reading(loss.per_100_visits, loss.low, loss.high, loss.n)
