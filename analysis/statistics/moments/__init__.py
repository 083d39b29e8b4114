"""Moments of truth: experiences in, tested findings out. The method and its sources: docs/method.md."""

from analysis.statistics.moments.arrays import codes_of
from analysis.statistics.moments.finding import Words, find_moments
from analysis.statistics.moments.shapes import (
    DIMENSIONS,
    CarriedOver,
    Experiences,
    Finding,
    Method,
    Report,
    composite,
)

__all__ = [
    "DIMENSIONS",
    "CarriedOver",
    "Experiences",
    "Finding",
    "Method",
    "Report",
    "Words",
    "codes_of",
    "composite",
    "find_moments",
]
