"""How likely a stretch of text is against, without opinion, or for: linear classifiers, and what the lexicon tells."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.artefact import STAGES, Calibrated

# Columns of every array of outcomes here.
NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2

Floats = NDArray[np.floating[Any]]

# Plain words against and for; events against, merely stated, for.
_WEIGHED = [0, 2, 3, 4, 5]
EVENTS = slice(6, 9)  # where the latter stand among the inputs of the blend


def blend_inputs(logits: Floats, told: Floats) -> Floats:
    """What the calibration weighs: the classifiers' log-odds, plain words of praise and blame, and events."""
    direction = np.abs(logits[:, 1])
    columns = [logits[:, 0], logits[:, 1], direction, np.minimum(direction, 1), *told.T[_WEIGHED]]
    return np.column_stack([*columns, np.ones(len(logits))])


def outcomes(weights: Calibrated, logits: Floats, told: Floats, pieces: Floats) -> Floats:
    """Calibrated probabilities of the three outcomes, a row each."""
    found = logits[:, :STAGES] + weights.intercepts[:STAGES]
    return two_stage(blend_inputs(found, told) @ weights.blend.T)


def two_stage(log_odds: Floats) -> Floats:
    """Is there an opinion, and if so, which way? The three outcomes add up to 1."""
    has_opinion, is_for = _sigmoid(log_odds).T
    return np.column_stack([has_opinion * (1 - is_for), 1 - has_opinion, has_opinion * is_for])


def _sigmoid(log_odds: Floats) -> Floats:
    likely: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return likely


def by_events(told: Floats) -> Floats:
    """Where there are no words but emoji: what they say, as odds."""
    raised = np.exp(told[:, 3:])
    likely: Floats = raised / raised.sum(axis=1, keepdims=True)
    return likely
