"""Figures as they stand in print and on slides."""

from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window
from analysis.schemas.reports import Level
from analysis.service.exports.lines import Pack
from core.i18n import gettext as _


def dimension_names() -> dict[Dimension, str]:
    return {
        Dimension.FUNCTIONAL: _("Did it work?"),
        Dimension.EMOTIONAL: _("How did it feel?"),
        Dimension.SATISFACTION: _("Satisfaction"),
        Dimension.SENTIMENT: _("Words"),
        Dimension.LOST_MINUTES: _("Minutes lost"),
    }


def level_names() -> dict[Level, str]:
    return {Level.HURTS: _("hurts"), Level.WATCH: _("watch"), Level.FINE: _("fine"), Level.FEW: _("too few")}


def value(figure: Figure, smallest: int) -> str:
    if figure.suppressed:
        return f"<{smallest}"
    if figure.band:
        return f"{figure.band[0]:g}–{figure.band[1]:g}"
    return f"{figure.value:.1f}"


def interval(figure: Figure) -> str:
    return "" if figure.suppressed else f"{figure.low:.1f}–{figure.high:.1f}"


def n(figure: Figure) -> str:
    return "" if figure.n is None else str(figure.n)


def title(pack: Pack) -> str:
    return _("Service review: what the service is worth to the people who live with it")


def period(pack: Pack) -> str:
    """From the first month of which anything is shown."""
    window, heard = pack.report.filters.window, pack.report.heard_from
    return months(Window(max(window.first, heard or window.first), window.last))


def months(window: Window) -> str:
    first, last = f"{window.start:%Y-%m}", f"{window.end:%Y-%m}"
    return first if first == last else f"{first} – {last}"


def sentences(pack: Pack) -> list[str]:
    """What hurts, in words first; what people praise is told by its level in the table."""
    hurting = [one for one in pack.report.touchpoints if one.level is Level.HURTS]
    told = [
        _("%(name)s hurts: %(value)s of 100 (%(interval)s), %(n)s answers.")
        % {
            "name": pack.names[one.key],
            "value": value(one.figure, pack.smallest_group),
            "interval": interval(one.figure),
            "n": n(one.figure),
        }
        for one in hurting
    ]
    return told or [_("No touchpoint clearly hurts in this period.")]
