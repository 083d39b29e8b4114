"""Notices about columns before anything is computed: two scales in one."""

import numpy as np

from analysis.statistics.drivers.shapes import Flags, Floats

SHORT_SCALE, LONG_SCALE = 5.0, 10.0
FEW = 0.25


def second_scale(outcome: Floats, scores: Floats) -> Flags:
    """Rows whose outcome was given on a scale to 10 while the others answered to 5: above 5, and not happier for it.

    What such people say of the touchpoints tells: on one scale, those above 5 would rate them higher than those at 5.
    """
    above = np.asarray(outcome > SHORT_SCALE, dtype=np.bool_)
    nobody = np.zeros_like(above)
    if not above.any() or above.mean() > FEW or np.nanmax(outcome) > LONG_SCALE:
        return nobody
    if not np.isnan(scores).all() and np.nanmax(scores) > SHORT_SCALE:
        return nobody
    at_top = outcome == SHORT_SCALE
    happy = [_mean_rating(scores[rows]) for rows in (above, at_top)]
    return above if happy[0] <= happy[1] or not at_top.any() else nobody


def _mean_rating(scores: Floats) -> float:
    known = ~np.isnan(scores)
    return float(np.where(known, scores, 0).sum() / max(1, known.sum()))
