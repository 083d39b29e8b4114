"""Stretches of time under each other, by lane. Works on any width."""

from collections.abc import Sequence
from dataclasses import dataclass

TOP, ROW, BAR, THINNEST = 22.0, 34.0, 10.0, 7.0
BOTTOM = 8.0


@dataclass(frozen=True)
class Span:
    """`begins` and `ends` 0..1 of the whole; `open`: it goes on. A point where both are the same."""

    label: str
    begins: float
    ends: float
    look: str = "active"
    open: bool = False


@dataclass(frozen=True)
class SpanShape:
    span: Span
    x: float
    y: float
    width: float
    height: float
    text_y: float
    at_end: bool  # the label ends where the bar does, since there is no room behind its beginning


@dataclass(frozen=True)
class SpanChart:
    width: float
    height: float
    spans: tuple[SpanShape, ...]


def span_chart(spans: Sequence[Span], *, width: float = 720.0) -> SpanChart:
    shapes = tuple(_shape(one, place, width) for place, one in enumerate(spans))
    return SpanChart(width, TOP + ROW * len(spans) + BOTTOM, shapes)


def _shape(one: Span, place: int, width: float) -> SpanShape:
    room = width - 2 * THINNEST
    wide = max(THINNEST, (one.ends - one.begins) * room)
    x = min(THINNEST + one.begins * room, width - THINNEST - wide)
    y = TOP + ROW * place + ROW - BAR - 4
    return SpanShape(one, round(x, 1), y, round(wide, 1), BAR, y - 5, at_end=one.begins > 0.5)
