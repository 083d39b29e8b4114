"""How sure a share is."""

from math import sqrt

from analysis.schemas.green import Share

Z = 1.96


def share(part: int, whole: int) -> Share:
    """Wilson's score interval (1927); Brown, Cai, DasGupta 2001 recommend it also for small numbers."""
    if whole <= 0:
        return Share(0.0, 0.0, 1.0)
    p, z2 = part / whole, Z**2
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z / (1 + z2 / whole) * sqrt(p * (1 - p) / whole + z2 / (4 * whole**2))
    return Share(p, max(0.0, middle - half), min(1.0, middle + half))
