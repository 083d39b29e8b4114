"""How likely a stretch of text is against, without opinion, or for: linear classifiers, and what the lexicon tells."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.artefact import STAGES, Calibrated

# Columns of every array of outcomes here.
NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2

Floats = NDArray[np.floating[Any]]

BLEND = 6


def blend_inputs(logits: Floats, told: Floats) -> Floats:
    """What the calibration weighs, BLEND columns: the classifiers' log-odds, and plain words of praise and blame."""
    columns = [logits[:, 0], logits[:, 1], np.abs(logits[:, 1]), told[:, 0], told[:, 2]]
    return np.column_stack([*columns, np.ones(len(logits))])


def outcomes(weights: Calibrated, logits: Floats, told: Floats, pieces: Floats) -> Floats:
    """Calibrated probabilities of the three outcomes, a row each."""
    found = logits[:, :STAGES] + weights.intercepts[:STAGES]
    return two_stage(blend_inputs(found, told) @ weights.blend.T, told)


def two_stage(log_odds: Floats, told: Floats) -> Floats:
    """Is there an opinion, and if so, which way? Events add to both; the three outcomes add up to 1."""
    against, stated, favour = told[:, 3:].T
    has_opinion = _sigmoid(log_odds[:, 0] + against + favour - stated)
    is_for = _sigmoid(log_odds[:, 1] + favour - against)
    return np.column_stack([has_opinion * (1 - is_for), 1 - has_opinion, has_opinion * is_for])


def _sigmoid(log_odds: Floats) -> Floats:
    likely: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return likely


def by_events(told: Floats) -> Floats:
    """Where there are no words but emoji: what they say, as odds."""
    raised = np.exp(told[:, 3:])
    likely: Floats = raised / raised.sum(axis=1, keepdims=True)
    return likely
