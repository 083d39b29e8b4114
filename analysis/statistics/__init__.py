"""Statistics: exact sums in, estimates out. No database, no clock; every formula names its source."""

from analysis.statistics.means import SCORES, Estimate, Scale, Sums, difference, mean

__all__ = ["SCORES", "Estimate", "Scale", "Sums", "difference", "mean"]
