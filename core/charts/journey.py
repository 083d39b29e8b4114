"""Lanes beside each other, stops in them by level and size, names that do not run into each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from core.charts.bars import Kind
from core.charts.scales import Reading, Scale, plain, snug_scale, spread, ticks
from core.charts.words import wrap

WIDTH, HEIGHT = 1120.0, 470.0
LEFT, TOP, BOTTOM, TRAY = 34.0, 62.0, 424.0, 450.0
DOTS = 46.0
FONT, LINE_HEIGHT = 12.0, 14.5
SMALLEST, LARGEST = 4.5, 13.0
ROWS = ((3, 2), (2, 1), (1, 1))
BOLDER = {"hurts": 1.1}
URGENCY = {"hurts": 0, "watch": 1, "fine": 2, "few": 3}


@dataclass(frozen=True)
class Stop:
    """`level` 0-100, or None when too few answered; `size` is its volume. `band`: all that is told of the level."""

    label: str
    level: float | None
    size: int
    kind: Kind = "fine"
    href: str | None = None
    band: tuple[float, float] | None = None

    @property
    def told(self) -> str:
        return Reading(self.level, band=self.band).told

    @property
    def urgency(self) -> tuple[int, int]:
        return URGENCY.get(self.kind, 9), -self.size


@dataclass(frozen=True)
class Lane:
    label: str
    stops: Sequence[Stop]
    mean: float | None = None
    band: tuple[float, float] | None = None

    @property
    def told(self) -> str:
        return Reading(self.mean, band=self.band).told


@dataclass(frozen=True)
class Dot:
    stop: Stop
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Name:
    """Where a stop's name stands; `rows` is empty when there is no room for it."""

    stop: Stop
    x: float
    y: float
    rows: tuple[str, ...]
    leader: tuple[float, float, float, float]


@dataclass(frozen=True)
class LaneShape:
    lane: Lane
    number: int
    x: float
    width: float
    title: tuple[str, ...]
    mean_y: float | None
    dots: tuple[Dot, ...]
    names: tuple[Name, ...]
    unread: int


@dataclass(frozen=True)
class LevelLine:
    y: float
    label: str


@dataclass(frozen=True)
class JourneyChart:
    width: float
    height: float
    left: float
    top: float
    bottom: float
    tray: float
    lanes: tuple[LaneShape, ...]
    grid: tuple[LevelLine, ...]
    paths: tuple[str, ...]

    @property
    def linked(self) -> bool:
        return any(dot.stop.href for lane in self.lanes for dot in lane.dots)


def journey_map(lanes: Sequence[Lane], *, scale: Scale | None = None) -> JourneyChart:
    stops = [stop for lane in lanes for stop in lane.stops]
    levels = [stop.level for stop in stops if stop.level is not None]
    fitted = scale or snug_scale([*levels, *(lane.mean for lane in lanes if lane.mean is not None)])
    largest = max((stop.size for stop in stops), default=1)
    width = (WIDTH - LEFT) / max(1, len(lanes))
    shapes = tuple(
        place_lane(lane, number, LEFT + (number - 1) * width, width, fitted, largest)
        for number, lane in enumerate(lanes, start=1)
    )
    return JourneyChart(
        WIDTH, HEIGHT, LEFT, TOP, BOTTOM, TRAY, shapes,
        grid=tuple(LevelLine(fitted.across(at, BOTTOM, TOP), plain(at)) for at in ticks(fitted)),
        paths=mean_paths(shapes),
    )  # fmt: skip


def place_lane(lane: Lane, number: int, x: float, width: float, scale: Scale, largest: int) -> LaneShape:
    read = sorted((stop for stop in lane.stops if stop.level is not None), key=lambda stop: -(stop.level or 0))
    dots = place_dots(read, x, scale, largest)
    return LaneShape(
        lane=lane,
        number=number,
        x=round(x, 1),
        width=round(width, 1),
        title=wrap(lane.label, width - 34, FONT + 1, 1),
        mean_y=None if lane.mean is None else scale.across(lane.mean, BOTTOM, TOP),
        dots=tuple(dots),
        names=place_names(dots, round(x + DOTS + 14, 1), width - DOTS - 18),
        unread=len(lane.stops) - len(read),
    )


def radius(size: int, largest: int) -> float:
    """Area grows with the volume."""
    return round(SMALLEST + (LARGEST - SMALLEST) * sqrt(max(0, size) / max(1, largest)), 1)


def place_dots(stops: Sequence[Stop], x: float, scale: Scale, largest: int) -> list[Dot]:
    """At their exact level; beside each other where they would cover each other."""
    placed: list[Dot] = []
    for stop in stops:
        size, y = radius(stop.size, largest), scale.across(stop.level or 0, BOTTOM, TOP)
        middle = x + 8 + DOTS / 2
        tries = [round(middle + shift, 1) for shift in (0, -9, 9, -16, 16)]
        dots = [Dot(stop, at, y, size) for at in tries]
        placed.append(min(dots, key=lambda dot: covered(dot, placed)))
    return placed


def covered(dot: Dot, others: Iterable[Dot]) -> float:
    return sum(max(0.0, dot.radius + o.radius + 1 - hypot(dot.x - o.x, dot.y - o.y)) for o in others)


def place_names(dots: Sequence[Dot], x: float, room: float) -> tuple[Name, ...]:
    """As many rows a name as there is room for; when even one is too much, the calmest stay unnamed."""
    named = list(dots)
    for urgent, calm in ROWS:
        texts = [rows_of(dot.stop, room, urgent if dot.stop.kind == "hurts" else calm) for dot in named]
        heights = [len(rows) * LINE_HEIGHT + 3 for rows in texts]
        if sum(heights) <= BOTTOM - TOP:
            break
    else:
        named = most_urgent(dots, int((BOTTOM - TOP) // (LINE_HEIGHT + 3)))
        texts = [rows_of(dot.stop, room, 1) for dot in named]
        heights = [LINE_HEIGHT + 3] * len(named)
    centres = spread([dot.y for dot in named], heights, TOP, BOTTOM)
    return tuple(name_of(dot, x, y, rows) for dot, y, rows in zip(named, centres, texts, strict=True))


def rows_of(stop: Stop, room: float, rows: int) -> tuple[str, ...]:
    return wrap(stop.label, room, FONT * BOLDER.get(stop.kind, 1), rows)


def most_urgent(dots: Sequence[Dot], count: int) -> list[Dot]:
    ranked = sorted(dots, key=lambda dot: dot.stop.urgency)
    kept = {id(dot) for dot in ranked[:count]}
    return [dot for dot in dots if id(dot) in kept]


def name_of(dot: Dot, x: float, y: float, rows: tuple[str, ...]) -> Name:
    first = round(y - (len(rows) - 1) * LINE_HEIGHT / 2 + FONT * 0.36, 1)
    leader = (round(dot.x + dot.radius + 1, 1), dot.y, round(x - 3, 1), y)
    return Name(dot.stop, x, first, rows, leader)


def mean_paths(lanes: Sequence[LaneShape]) -> tuple[str, ...]:
    """The curve through the lanes' means, broken where one is unknown."""
    runs: list[list[str]] = [[]]
    for lane in lanes:
        if lane.mean_y is None:
            runs.append([])
        else:
            runs[-1].append(f"{round(lane.x + 8 + DOTS / 2, 1)},{lane.mean_y}")
    return tuple(" ".join(run) for run in runs if len(run) > 1)
