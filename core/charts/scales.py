"""From values to coordinates: one linear scale, round steps, and labels pushed apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor, log10

ROUND_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Reading:
    """A value with its interval; a value of None is a gap and is never drawn. `band`: all that is told of the value,
    which is its middle; it is drawn there and never printed."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    band: tuple[float, float] | None = None

    @property
    def told(self) -> str:
        """In whole numbers."""
        if self.value is None:
            return ""
        return f"{self.band[0]:.0f}–{self.band[1]:.0f}" if self.band else f"{self.value:.0f}"


@dataclass(frozen=True)
class Scale:
    low: float
    high: float

    def share(self, value: float) -> float:
        """Where the value lies, 0..1; what lies outside is held at the edge."""
        span = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / span)) if span else 0.5

    def across(self, value: float, start: float, end: float) -> float:
        return round(start + self.share(value) * (end - start), 1)


def extent(readings: Iterable[Reading]) -> list[float]:
    """Every number that a picture of these readings has to show."""
    return [
        number
        for reading in readings
        if reading.value is not None
        for number in (reading.value, reading.low, reading.high)
        if number is not None
    ]


def snug_scale(values: Iterable[float], *, span: float = 50, step: float = 10) -> Scale:
    """The part of 0-100 that holds the values, at least `span` long, so that noise does not look like news."""
    known = list(values) or [0.0, 100.0]
    low, high = floor(min(known) / step) * step, ceil(max(known) / step) * step
    low, high = max(0, low), min(100, high)
    while high - low < span:
        upwards = low <= 0 or (high < 100 and high - max(known) <= min(known) - low)
        low, high = (low, high + step) if upwards else (low - step, high)
    return Scale(low, high)


def round_step(span: float, about: int) -> float:
    raw = max(span, 1e-9) / max(1, about)
    magnitude = 10.0 ** floor(log10(raw))
    return next((step for step in ROUND_STEPS if step * magnitude >= raw), 10) * magnitude


def ticks(scale: Scale, about: int = 5) -> list[float]:
    """Round numbers inside the scale."""
    step = round_step(scale.high - scale.low, about)
    first, last = ceil(scale.low / step - 1e-9), floor(scale.high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def plain(number: float) -> str:
    return f"{number:.10g}"


def rising(targets: Sequence[float]) -> list[float]:
    """The nearest sequence that never falls (pooling adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for target in targets:
        total, count = target, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, members = pools.pop()
            total, count = total + before, count + members
        pools.append((total, count))
    return [total / count for total, count in pools for _ in range(count)]


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move boxes as little as possible so that none overlap; centres rising, and all inside if they fit."""
    if not centres:
        return []
    offsets = [below - height / 2 for below, height in zip(accumulate(heights), heights, strict=True)]
    free = rising([centre - offset for centre, offset in zip(centres, offsets, strict=True)])
    highest = max(low, high - sum(heights))
    return [round(min(max(base, low), highest) + offset, 1) for base, offset in zip(free, offsets, strict=True)]
