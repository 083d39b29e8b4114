"""Lines over time with interval bands: where everything lies, for a wide and for a narrow page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.charts.scales import Reading, Scale, extent, plain, snug_scale, spread, ticks
from core.charts.words import text_width

Look = Literal["a", "b", "c", "x"]  # x: what something is laid beside
FONT = 12.0


@dataclass(frozen=True)
class Tick:
    """One place on the axis: its name, and a note under it (how many answered). `flag`: what stands out there."""

    label: str
    note: str = ""
    flag: str = ""


@dataclass(frozen=True)
class Series:
    """`look` fixes colour, dash and marker, so that a thing looks the same on every page."""

    look: Look
    label: str
    readings: Sequence[Reading]


@dataclass(frozen=True)
class Frame:
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    low: float | None
    high: float | None
    alone: bool


@dataclass(frozen=True)
class GridLine:
    y: float
    label: str


@dataclass(frozen=True)
class AxisLabel:
    x: float
    label: str
    note: str


@dataclass(frozen=True)
class Line:
    look: Look
    label: str
    last: str
    paths: tuple[str, ...]
    bands: tuple[str, ...]
    marks: tuple[Mark, ...]
    end_x: float
    end_y: float
    label_y: float


@dataclass(frozen=True)
class Flag:
    x: float
    text: str


@dataclass(frozen=True)
class TrendPlot:
    frame: Frame
    grid: tuple[GridLine, ...]
    axis: tuple[AxisLabel, ...]
    lines: tuple[Line, ...]
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class TrendChart:
    series: tuple[Series, ...]
    ticks: tuple[Tick, ...]
    wide: TrendPlot
    narrow: TrendPlot

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [(one.label, "num") for one in self.series]


def trend(
    series: Sequence[Series], axis: Sequence[Tick], *, scale: Scale | None = None, height: int = 330
) -> TrendChart:
    """Each series has one reading per tick; a None value is a gap in its line. `height`: on a wide page."""
    fitted = scale or snug_scale(extent(reading for one in series for reading in one.readings))
    room = max((text_width(one.label, FONT + 1) for one in series), default=0) + 48
    wide = Frame(width=960, height=height, left=40, right=960 - min(room, 280), top=14, bottom=height - 50)
    narrow = Frame(width=360, height=280, left=30, right=324, top=12, bottom=230)
    return TrendChart(tuple(series), tuple(axis), plot(series, axis, fitted, wide), plot(series, axis, fitted, narrow))


def plot(series: Sequence[Series], axis: Sequence[Tick], scale: Scale, frame: Frame) -> TrendPlot:
    xs = columns(len(axis), frame)
    lines = [draw_line(one, xs, scale, frame) for one in series]
    return TrendPlot(
        frame=frame,
        grid=tuple(GridLine(scale.across(at, frame.bottom, frame.top), plain(at)) for at in ticks(scale)),
        axis=axis_labels(axis, xs),
        lines=keep_labels_apart([line for line in lines if line.marks], frame),
        flags=tuple(Flag(x, tick.flag) for x, tick in zip(xs, axis, strict=True) if tick.flag),
    )


def columns(count: int, frame: Frame) -> list[float]:
    if count == 1:
        return [round((frame.left + frame.right) / 2, 1)]
    inset = 14.0
    step = (frame.right - frame.left - 2 * inset) / max(1, count - 1)
    return [round(frame.left + inset + index * step, 1) for index in range(count)]


def axis_labels(axis: Sequence[Tick], xs: Sequence[float]) -> tuple[AxisLabel, ...]:
    """As many labels as stand beside each other; counted from the newest backwards."""
    widest = max((text_width(text, FONT) for tick in axis for text in (tick.label, tick.note)), default=0)
    step = xs[1] - xs[0] if len(xs) > 1 else widest + 1
    every = max(1, -(-(widest + 6) // step))
    return tuple(
        AxisLabel(x, tick.label, tick.note)
        for index, (x, tick) in enumerate(zip(xs, axis, strict=True))
        if (len(xs) - 1 - index) % every == 0
    )


def draw_line(series: Series, xs: Sequence[float], scale: Scale, frame: Frame) -> Line:
    pairs = list(zip(xs, series.readings, strict=True))
    stretches = unbroken(pairs)
    marks = [mark(x, reading, scale, frame, alone=len(run) == 1) for run in stretches for x, reading in run]
    return Line(
        look=series.look,
        label=series.label,
        last=next((r.told for _, r in reversed(pairs) if r.value is not None), ""),
        paths=tuple(path(run, scale, frame) for run in stretches if len(run) > 1),
        bands=tuple(band(run, scale, frame) for run in stretches if len(run) > 1 and has_interval(run)),
        marks=tuple(marks),
        end_x=marks[-1].x if marks else 0,
        end_y=marks[-1].y if marks else 0,
        label_y=marks[-1].y if marks else 0,
    )


def unbroken(pairs: Sequence[tuple[float, Reading]]) -> list[list[tuple[float, Reading]]]:
    """The stretches between gaps."""
    stretches: list[list[tuple[float, Reading]]] = [[]]
    for x, reading in pairs:
        if reading.value is None:
            stretches.append([])
        else:
            stretches[-1].append((x, reading))
    return [stretch for stretch in stretches if stretch]


def has_interval(run: Sequence[tuple[float, Reading]]) -> bool:
    return all(reading.low is not None and reading.high is not None for _, reading in run)


def mark(x: float, reading: Reading, scale: Scale, frame: Frame, *, alone: bool) -> Mark:
    low, high = reading.low, reading.high
    return Mark(
        x=x,
        y=scale.across(reading.value or 0, frame.bottom, frame.top),
        low=None if low is None else scale.across(low, frame.bottom, frame.top),
        high=None if high is None else scale.across(high, frame.bottom, frame.top),
        alone=alone,
    )


def path(run: Sequence[tuple[float, Reading]], scale: Scale, frame: Frame) -> str:
    return " ".join(f"{x},{scale.across(r.value or 0, frame.bottom, frame.top)}" for x, r in run)


def band(run: Sequence[tuple[float, Reading]], scale: Scale, frame: Frame) -> str:
    upper = [f"{x},{scale.across(r.high or 0, frame.bottom, frame.top)}" for x, r in run]
    lower = [f"{x},{scale.across(r.low or 0, frame.bottom, frame.top)}" for x, r in reversed(run)]
    return " ".join(upper + lower)


def keep_labels_apart(lines: Sequence[Line], frame: Frame) -> tuple[Line, ...]:
    ordered = sorted(lines, key=lambda line: line.end_y)
    placed = spread([line.end_y for line in ordered], [17.0] * len(ordered), frame.top, frame.bottom)
    at = {id(line): y for line, y in zip(ordered, placed, strict=True)}
    return tuple(Line(**{**vars(line), "label_y": at[id(line)]}) for line in lines)
