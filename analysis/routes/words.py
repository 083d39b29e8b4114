"""Figures in sentences and months in words, in the current language."""

from collections.abc import Iterable

from babel.dates import format_interval, format_skeleton

from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window, first_day
from analysis.schemas.reports import (
    Difference,
    ExperienceReport,
    Filters,
    Overview,
    TouchpointReport,
)
from core import i18n
from core.i18n import gettext as _
from core.pages import DATE_STYLES
from journeys.models import Touchpoint
from journeys.rules import stages
from surveys.models import Reason

MINUTES_BELOW, HOURS_BELOW = 1.0, 48.0
stage_names = stages.stage_names


def dimension_names() -> dict[str, str]:
    return {
        Dimension.FUNCTIONAL: _("Functional"),
        Dimension.EMOTIONAL: _("Emotional"),
        Dimension.SATISFACTION: _("Satisfaction"),
        Dimension.SENTIMENT: _("Words"),
        Dimension.LOST_MINUTES: _("Time lost"),
    }


def questions() -> dict[str, str]:
    return {
        Dimension.FUNCTIONAL: _("Did it work?"),
        Dimension.EMOTIONAL: _("How did it feel?"),
        Dimension.SATISFACTION: _("Did you get what you needed?"),
    }


def periods() -> list[tuple[str, str]]:
    return [
        ("3", _("The last 3 months")),
        ("6", _("The last 6 months")),
        ("12", _("The last 12 months")),
        ("all", _("Since the beginning")),
        ("dates", _("From … to …")),
    ]


def months(window: Window) -> str:
    """One month, or from one to another."""
    locale = DATE_STYLES[i18n.current()]
    if window.first == window.last:
        return format_skeleton("yMMM", first_day(window.first), locale=locale)
    return format_interval(first_day(window.first), first_day(window.last), "yMMM", locale=locale)


def month(number: int) -> str:
    return months(Window(number, number))


def span(report: ExperienceReport) -> str:
    """The months that a report is about, from the first of which anything is known."""
    window = report.filters.window
    return (
        months(Window(max(window.first, report.heard_from or window.first), window.last)) if report.heard_from else ""
    )


def months_of(filters: Filters) -> str:
    return "" if filters.period == "all" else months(filters.window)


def is_chinese() -> bool:
    return i18n.current() == "zh"


def name(touchpoint: TouchpointReport) -> str:
    return touchpoint.names[i18n.current()]


def touchpoint_names(touchpoints: Iterable[Touchpoint]) -> dict[str, str]:
    return {one.key: one.name_zh if is_chinese() else one.name_en for one in touchpoints}


def listed(names: Iterable[str]) -> str:
    return ("、" if is_chinese() else ", ").join(names)


def headline(touchpoint: TouchpointReport) -> str:
    """The finding as a sentence, figure and uncertainty in it."""
    figure, against = touchpoint.figure, touchpoint.against_rest
    values = {
        "name": name(touchpoint),
        "value": score(figure),
        "low": whole(figure.low),
        "high": whole(figure.high),
        "n": f"{figure.n:,}",
        "gap": whole(abs(against.value)) if against else "",
    }
    return _template(touchpoint) % values


def _template(touchpoint: TouchpointReport) -> str:
    worded, against = touchpoint.basis is Dimension.SENTIMENT, touchpoint.against_rest
    if against is None:
        alone = _("%(name)s: satisfaction %(value)s of 100 (%(low)s to %(high)s), %(n)s answers")
        return _("%(name)s: words %(value)s of 100 (%(low)s to %(high)s), %(n)s comments") if worded else alone
    if against.value < 0:
        below = _(
            "%(name)s: satisfaction %(value)s of 100 (%(low)s to %(high)s), %(gap)s below the rest, %(n)s answers"
        )
        in_words = _("%(name)s: words %(value)s of 100 (%(low)s to %(high)s), %(gap)s below the rest, %(n)s comments")
        return in_words if worded else below
    above = _("%(name)s: satisfaction %(value)s of 100 (%(low)s to %(high)s), %(gap)s above the rest, %(n)s answers")
    in_words = _("%(name)s: words %(value)s of 100 (%(low)s to %(high)s), %(gap)s above the rest, %(n)s comments")
    return in_words if worded else above


def lede(found: Overview) -> str:
    """The report in a few sentences, for who reads nothing else."""
    return sentences(_satisfaction(found.experience), _what_hurts(found))


def sentences(*parts: str) -> str:
    """Chinese sets no space between sentences."""
    return ("" if is_chinese() else " ").join(part for part in parts if part)


def _satisfaction(report: ExperienceReport) -> str:
    told = report.dimensions[Dimension.SATISFACTION]
    if told.figure.suppressed:
        return ""
    values = {"value": score(told.figure), "low": whole(told.figure.low), "high": whole(told.figure.high)}
    moved = {"n": whole(abs(told.change.value)) if told.change else "", **_compared(report)}
    return _moved(told.change) % (values | moved)


def _compared(report: ExperienceReport) -> dict[str, str]:
    if report.compared is None:
        return {}
    later, earlier = report.compared
    return {"later": months(later), "earlier": months(earlier)}


def against(report: ExperienceReport) -> str:
    """What a change is a change between."""
    return _("%(later)s against %(earlier)s") % _compared(report)


def _moved(change: Difference | None) -> str:
    if change is None:
        return _("Satisfaction stands at %(value)s of 100 (%(low)s to %(high)s).")
    if change.low <= 0 <= change.high:
        return _(
            "Satisfaction stands at %(value)s of 100 (%(low)s to %(high)s), and was about the same in %(earlier)s."
        )
    if change.value > 0:
        return _(
            "Satisfaction stands at %(value)s of 100 (%(low)s to %(high)s); "
            "it was %(n)s points higher in %(later)s than in %(earlier)s."
        )
    return _(
        "Satisfaction stands at %(value)s of 100 (%(low)s to %(high)s); "
        "it was %(n)s points lower in %(later)s than in %(earlier)s."
    )


def _what_hurts(found: Overview) -> str:
    names = [name(one.touchpoint) for one in found.hurting]
    if not names:
        return "" if found.experience.n is None else _("No touchpoint clearly hurts.")
    if len(names) == 1:
        return _("One touchpoint clearly hurts: %(name)s.") % {"name": names[0]}
    values = {"n": len(names), "name": names[0], "other": names[1]}
    if len(names) == 2:
        return _("Two touchpoints clearly hurt: %(name)s and %(other)s.") % values
    return _("%(n)s touchpoints clearly hurt, most of all %(name)s and %(other)s.") % values


def reason(key: str) -> str:
    known: dict[str, str] = {
        Reason.COOLDOWN: _("asked recently"),
        Reason.SAMPLED_OUT: _("not in the sample"),
        Reason.EXCLUDED: _("kind of ticket excluded"),
        Reason.ALREADY_ASKED: _("asked already"),
        Reason.OPTED_OUT: _("does not want to be asked"),
        Reason.NO_ADDRESS: _("no address"),
        Reason.TOO_OLD: _("resolved too long ago"),
    }
    return known.get(key, key)


def score(figure: Figure) -> str:
    """What is told of a mean: itself, or the band that it lies in."""
    if figure.band:
        return _("%(low)s to %(high)s") % {"low": whole(figure.band[0]), "high": whole(figure.band[1])}
    return whole(figure.value)


def whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def duration(hours: float | None, like: float | None = None) -> str:
    """In the unit that people would use, or would for `like`."""
    if hours is None:
        return "–"
    size = hours if like is None else like
    if size < MINUTES_BELOW:
        return _("%(n)s min") % {"n": f"{hours * 60:.0f}"}
    if size < HOURS_BELOW:
        return _("%(n)s h") % {"n": f"{hours:.1f}"}
    return _("%(n)s days") % {"n": f"{hours / 24:.1f}"}


def minutes(value: float | None) -> str:
    return duration(None if value is None else value / 60)


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
