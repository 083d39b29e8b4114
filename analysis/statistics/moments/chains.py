"""Journeys where nobody named them: a person's visits around one matter, without a long pause."""

import numpy as np

from analysis.statistics.moments.arrays import Floats, Ints

PAUSE = 30.0  # days


def chains(matter: Ints, time: Floats) -> Ints:
    """Numbers of journeys: a new one begins with another matter and after a pause."""
    order = np.lexsort((time, matter))
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (np.diff(matter[order]) != 0) | (np.diff(time[order]) > PAUSE)
    out = np.empty(len(order), dtype=np.int64)
    out[order] = np.cumsum(begins) - 1
    return out
