"""Before and after, as pictures: what must not be shown stays a gap."""

from analysis.schemas.figures import Figure, first_day
from core import charts
from core.i18n import gettext as _
from core.pages import month_name
from value.schemas.register import Detail, Picture


def reading(figure: Figure) -> charts.Reading:
    return charts.Reading(figure.value, figure.low, figure.high, figure.n)


def both(picture: Picture | None) -> charts.BarChart | None:
    """Two bars with their intervals; None where one of them has no figure."""
    if picture is None or picture.before.suppressed or picture.after.suppressed:
        return None
    bars = [
        charts.Bar(_("Before"), reading(picture.before), "few"),
        charts.Bar(_("Since then"), reading(picture.after), "fine"),
    ]
    return charts.bar_ci(bars)


def before_after(found: Detail) -> charts.TrendChart | None:
    """Month by month, joined months in their last."""
    if found.picture is None or len(found.picture.months) < 2:
        return None
    by_month = dict(found.picture.months)
    months = range(min(by_month), max(by_month) + 1)
    readings = [reading(by_month.get(month, Figure())) for month in months]
    ticks = [charts.Tick(month_name(first_day(month)), _note(by_month.get(month))) for month in months]
    return charts.trend([charts.Series("c", _("Measured here"), readings)], ticks)


def _note(figure: Figure | None) -> str:
    return f"{figure.n:,}" if figure and figure.n else ""
