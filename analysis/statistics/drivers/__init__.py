"""Drivers of an outcome: importance with sign, interval and doubt. Sources: docs/method.md."""

from analysis.statistics.drivers.report import NO_DRIVER, TOO_SMALL, drivers
from analysis.statistics.drivers.scales import second_scale
from analysis.statistics.drivers.shapes import Driver, DriversReport, Ratings, Reversal, Segment

__all__ = [
    "NO_DRIVER",
    "TOO_SMALL",
    "Driver",
    "DriversReport",
    "Ratings",
    "Reversal",
    "Segment",
    "drivers",
    "second_scale",
]
