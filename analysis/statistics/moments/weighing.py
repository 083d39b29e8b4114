"""Step 10: which tests may cost more of alpha, and which window is asked most: by what a loss would look like there.

The expected strength of evidence is the harm that bad visits usually do, times their share, over the standard error. It
reads how many visits are bad and how precise the answer is, never what was said afterwards, so p-values stay p-values.
"""

import numpy as np
from scipy.special import ndtr

from analysis.statistics.moments.arrays import TINY, Floats
from analysis.statistics.moments.cells import Window
from analysis.statistics.moments.losses import Losses, answers

USUAL_HARM = 0.5  # points that one bad visit costs where it costs anything
LIKE_THE_REST = 10.0  # answers by which a segment's share of bad visits is drawn to that of its touchpoint
HARM_APART = 0.15  # part of a segment's loss that may come of harm, not of more bad visits
KEPT_EVEN = 0.2  # of the weight is shared out evenly: the expectation may be wrong
STRICT = 3.0  # z that a test among hundreds needs
LEAST_POWER = 1e-3
HALVINGS = 60


def expected(window: Window, found: Losses, rest: Losses, dose: float) -> Floats:
    """Standard errors by which a loss is expected to stand out: [touchpoint, view]."""
    bad, middling, answered = answers(window)
    weighted = bad + dose * middling
    usual = LIKE_THE_REST * (weighted[:, :1] + 0.5) / (answered[:, :1] + 1)
    here = (weighted + usual) / (answered + LIKE_THE_REST)
    elsewhere = (weighted[:, :1] - weighted + usual) / (answered[:, :1] - answered + LIKE_THE_REST)
    apart = np.maximum(here - elsewhere, HARM_APART * here) / np.hypot(found.error, rest.error)
    apart[:, 0] = (here / found.error)[:, 0]
    return np.asarray(USUAL_HARM * apart)


def power(strength: Floats) -> Floats:
    """Of a strict test: what the window is asked by."""
    return np.asarray(ndtr(strength - STRICT) + LEAST_POWER)


def weights(strength: Floats, alpha: float) -> Floats:
    """Of tests that share alpha, with a mean of one: those that find most (Roeder and Wasserman 2009, equation 5)."""
    strength, n = np.maximum(strength, TINY), len(strength)
    low, high = -50.0, 50.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        least = _optimal(strength, middle, alpha)
        low, high = (middle, high) if least.mean() > 1 else (low, middle)
    found = _optimal(strength, (low + high) / 2, alpha)
    return KEPT_EVEN + (1 - KEPT_EVEN) * found * n / max(TINY, float(found.sum()))


def _optimal(strength: Floats, cut: float, alpha: float) -> Floats:
    return np.asarray(len(strength) / alpha * ndtr(-(strength / 2 + cut / strength)))
