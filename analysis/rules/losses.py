"""What a moment costs, on the scale that all pages use."""

POINTS_OF_SCALE = 4  # between the worst end, 1, and the best, 5
WHOLE = 10  # in whole points from here on


def each_of_100(per_100_visits: float, *bounds: float) -> list[str]:
    """Losses summed over 100 visits on the scale 1 to 5, as what each costs on the scale 0 to 100 of all pages."""
    digits = 0 if abs(per_100_visits) >= WHOLE * POINTS_OF_SCALE else 1
    return [f"{one / POINTS_OF_SCALE:.{digits}f}" for one in (per_100_visits, *bounds)]
