"""Horizontal bars, in percent of the width: they stretch with the page and need no second drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.scales import Reading, Scale, extent

Kind = str
"""`hurts`, `watch`, `fine` or `few`: the style sheet gives each a colour and the templates a shape and a word."""


@dataclass(frozen=True)
class Bar:
    label: str
    reading: Reading
    kind: Kind = "fine"
    href: str | None = None


@dataclass(frozen=True)
class BarShape:
    bar: Bar
    start: float
    width: float
    end: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class BarChart:
    shapes: tuple[BarShape, ...]
    zero: float


def bar_ci(bars: Sequence[Bar], *, scale: Scale | None = None) -> BarChart:
    """Bars from zero with interval whiskers; a reading without a value keeps its row and has no bar."""
    fitted = scale or scale_from_zero([bar.reading for bar in bars])
    zero = fitted.across(0, 0, 100)
    return BarChart(
        shapes=tuple(shape(bar, fitted, zero) for bar in bars),
        zero=zero,
    )


def scale_from_zero(readings: Sequence[Reading]) -> Scale:
    values = [0.0, *extent(readings)]
    low, high = min(values), max(values)
    margin = (high - low) * 0.04 or 1.0
    return Scale(low - margin if low < 0 else 0, high + margin)


def shape(bar: Bar, scale: Scale, zero: float) -> BarShape:
    reading = bar.reading
    end = zero if reading.value is None else scale.across(reading.value, 0, 100)
    shown = reading.value is not None
    return BarShape(
        bar=bar,
        start=min(zero, end),
        width=round(abs(end - zero), 1),
        end=end,
        low=scale.across(reading.low, 0, 100) if shown and reading.low is not None else None,
        high=scale.across(reading.high, 0, 100) if shown and reading.high is not None else None,
    )


@dataclass(frozen=True)
class Part:
    """`look` is `active`, `waiting` or `queue`, or 1 to 5 for answers: colour and pattern follow it."""

    look: str
    label: str
    amount: float


@dataclass(frozen=True)
class PartShape:
    part: Part
    start: float
    width: float
    percent: int


@dataclass(frozen=True)
class ShareBar:
    shapes: tuple[PartShape, ...]
    total: float


def share_bar(parts: Sequence[Part]) -> ShareBar:
    """Parts of a whole side by side; the printed percentages add up to 100."""
    total = sum(part.amount for part in parts)
    if total <= 0:
        return ShareBar((), 0)
    percents = whole_percents([part.amount / total * 100 for part in parts])
    shapes, start = [], 0.0
    for part, percent in zip(parts, percents, strict=True):
        width = part.amount / total * 100
        shapes.append(PartShape(part, round(start, 2), round(width, 2), percent))
        start += width
    return ShareBar(tuple(shapes), total)


def whole_percents(shares: Sequence[float]) -> list[int]:
    """Largest remainder: whole numbers whose sum is that of the shares."""
    floors = [int(share) for share in shares]
    missing = round(sum(shares)) - sum(floors)
    by_remainder = sorted(range(len(shares)), key=lambda index: floors[index] - shares[index])
    return [floor + (index in by_remainder[:missing]) for index, floor in enumerate(floors)]
