"""Steps under each other with arcs between them: forwards on the right, back on the left. Works on any width."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

HEAD, GAP, NODE, TALL = 28.0, 22.0, 40.0, 54.0
NARROW = 500.0  # below it a station has its note on a line of its own
THINNEST, THICKEST = 1.5, 9.0
LINE, AWAY = 13.0, 14.0  # of a label


@dataclass(frozen=True)
class Station:
    """`parts`: shares of the time here, 0..1, worked on, waiting and in a queue. `kind`: "outer" for both ends."""

    label: str
    note: str
    parts: tuple[float, float, float] = (0.0, 0.0, 0.0)
    weight: float = 0.0  # its time against that of the heaviest, 0..1
    kind: str = "step"


@dataclass(frozen=True)
class Way:
    """From one station to another, by their places; `label` is written at the arc."""

    source: int
    target: int
    amount: float
    label: str
    hot: bool = False


@dataclass(frozen=True)
class StationShape:
    station: Station
    x: float
    y: float
    width: float
    height: float
    bars: tuple[tuple[str, float, float], ...]  # look, x, width


@dataclass(frozen=True)
class WayShape:
    way: Way
    path: str
    arrow: str
    thickness: float
    back: bool
    x: float
    y: float


@dataclass(frozen=True)
class StreamChart:
    width: float
    height: float
    stations: tuple[StationShape, ...]
    ways: tuple[WayShape, ...]


def stream_chart(stations: Sequence[Station], ways: Sequence[Way], *, width: float = 720.0) -> StreamChart:
    left, right = (width * 0.27, width * 0.73) if width > NARROW else (width * 0.17, width * 0.8)
    height = NODE if width > NARROW else TALL
    most = max((way.amount for way in ways), default=1.0)
    shapes = tuple(_station(one, place, left, right, height) for place, one in enumerate(stations))
    drawn = tuple(
        _way(one, shapes, left if one.target <= one.source else right, most, width)
        for one in sorted(ways, key=lambda one: -one.amount)
    )
    return StreamChart(width, HEAD + (height + GAP) * len(stations), shapes, _labelled(drawn))


def _labelled(ways: Sequence[WayShape]) -> tuple[WayShape, ...]:
    """Where two labels would lie on each other the one of the larger stays; a table tells the others."""
    kept: list[WayShape] = []
    for one in ways:
        free = all(abs(one.y - other.y) > LINE or one.back != other.back for other in kept if other.way.label)
        kept.append(one if free else replace(one, way=replace(one.way, label="")))
    return tuple(kept)


def _station(station: Station, place: int, left: float, right: float, height: float) -> StationShape:
    bars, start, room = [], left + 10, (right - left - 20) * station.weight
    for look, part in zip(("active", "waiting", "queue"), station.parts, strict=True):
        bars.append((look, round(start, 1), round(room * part, 1)))
        start += room * part
    return StationShape(station, left, HEAD / 2 + (height + GAP) * place, right - left, height, tuple(bars))


def _way(way: Way, stations: Sequence[StationShape], edge: float, most: float, width: float) -> WayShape:
    """To the next station straight down in the middle; else an arc as wide as it reaches far."""
    source, target = stations[way.source], stations[way.target]
    thickness = round(THINNEST + (THICKEST - THINNEST) * way.amount / most, 1)
    if way.target == way.source + 1:
        x, top, bottom = width / 2, source.y + source.height, target.y
        return WayShape(way, f"M{x} {top}V{bottom - 5}", _down(x, bottom), thickness, False, x + 12, bottom - 7)
    back = way.target <= way.source
    reach = min(1.0, 0.3 + 0.14 * abs(way.target - way.source)) * (edge if back else width - edge) * 0.9
    out = round(edge + (-reach if back else reach), 1)
    start, end = source.y + source.height * 0.7, target.y + target.height * 0.3
    path = f"M{edge} {start}C{out} {start} {out} {end} {edge + (-6 if back else 6)} {end}"
    last = way.target == len(stations) - 1
    x, y = edge + (-AWAY if back else AWAY), start + LINE if last else end - 5
    return WayShape(way, path, _aside(edge, end, back=back), thickness, back, round(x, 1), round(y, 1))


def _down(x: float, y: float) -> str:
    return f"{x - 6},{y - 8} {x + 6},{y - 8} {x},{y}"


def _aside(x: float, y: float, *, back: bool) -> str:
    away = -9 if back else 9
    return f"{x + away},{y - 6} {x + away},{y + 6} {x},{y}"
