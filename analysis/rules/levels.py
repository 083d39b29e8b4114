"""How a touchpoint stands, and in which order the ones that stand badly are named. Said in words: docs/reports.md."""

from collections.abc import Iterable

from analysis.schemas.figures import Figure
from analysis.schemas.reports import Difference, Level, TouchpointReport

LOW = 50.0
GOOD = 70.0
MARGIN = 10.0


def level(figure: Figure, against_rest: Difference | None, from_words: bool = False) -> Level:
    """Hurts only where chance is no excuse: the whole interval is below the middle of the scale, or the whole
    interval of the difference is more than the margin below all other touchpoints and the mean itself is not good.
    People name a place in words mostly to complain: words have to be below the middle and below other words."""
    if figure.value is None or figure.high is None:
        return Level.FEW
    behind = against_rest.high if against_rest else 0.0
    low, far_behind = figure.high < LOW, behind < -MARGIN and figure.value < GOOD
    if (low and behind < 0) if from_words else (low or far_behind):
        return Level.HURTS
    looks_behind = against_rest is not None and against_rest.value < -MARGIN
    return Level.WATCH if figure.value < LOW or behind < 0 or looks_behind else Level.FINE


def hurting(touchpoints: Iterable[TouchpointReport]) -> list[TouchpointReport]:
    """Those that hurt, by how far they fall short times how many said so."""
    return sorted((one for one in touchpoints if one.level is Level.HURTS), key=shortfall, reverse=True)


def watched(touchpoints: Iterable[TouchpointReport]) -> list[TouchpointReport]:
    return sorted((one for one in touchpoints if one.level is Level.WATCH), key=shortfall, reverse=True)


def shortfall(touchpoint: TouchpointReport) -> float:
    """Points missing to the others, or to the middle of the scale where there are no others, times answers."""
    below = -touchpoint.against_rest.value if touchpoint.against_rest else LOW - (touchpoint.figure.value or 0)
    return below * (touchpoint.figure.n or 0)


def praised(touchpoints: Iterable[TouchpointReport]) -> list[TouchpointReport]:
    """Those that are surely above all others, and good; the surest first."""
    above = [one for one in touchpoints if one.against_rest and one.against_rest.low > 0]
    good = [one for one in above if (one.figure.value or 0) >= GOOD]
    return sorted(good, key=lambda one: one.against_rest.low if one.against_rest else 0, reverse=True)
