"""A line as small as a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.scales import Scale


@dataclass(frozen=True)
class Spark:
    width: float
    height: float
    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    last: tuple[float, float] | None


def spark(values: Sequence[float | None], *, width: float = 96, height: float = 28) -> Spark:
    """Gaps stay gaps; a value alone between gaps is a dot."""
    known = [value for value in values if value is not None]
    scale = Scale(min(known, default=0) - 1, max(known, default=0) + 1)
    step = (width - 8) / max(1, len(values) - 1)
    points = [
        None if value is None else (round(4 + index * step, 1), scale.across(value, height - 4, 4))
        for index, value in enumerate(values)
    ]
    runs = stretches(points)
    return Spark(
        width,
        height,
        paths=tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        last=runs[-1][-1] if runs else None,
    )


def stretches(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
