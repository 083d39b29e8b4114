"""A report whose touchpoints have the worst of names."""

from collections.abc import Sequence

from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window
from analysis.schemas.reports import DimensionReport, ExperienceReport, Filters
from analysis.service.exports import Line, Pack


def pack_with(touchpoints: Sequence[str]) -> Pack:
    lines = tuple(
        Line("touchpoint", "2026-01-01", "2026-01-31", name, name, "satisfaction", "points", 0.0, 100.0, "yes", 9, 50.0,
             None, None, 40.0, 60.0, "fine")
        for name in touchpoints
    )  # fmt: skip
    totals = {dimension: DimensionReport(Figure(), None, ()) for dimension in Dimension}
    report = ExperienceReport(Filters(Window(24312, 24312), "12", customer="=1+1"), totals, None, (), {}, {}, None)
    return Pack(report, lines, {}, "@SUM(A1)", 1, None, 5)
