"""How likely a stretch of text is against, without opinion, or for: a linear classifier, TextBlob, and events."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import english, features
from analysis.classifier.artefact import Weights
from analysis.classifier.shapes import Label

# Columns of every array of outcomes here.
NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2

# However many events a clause tells, together they count for no more than this.
_MOST_TOLD = 4.0
# What a clause that only asks or states counts towards "no opinion".
_STATEMENT = 3.0

VERY = 0.8

Floats = NDArray[np.floating[Any]]


def linear_logits(weights: Weights, language: str, texts: list[str]) -> Floats:
    """Two log-odds a text: that it holds an opinion, and that the opinion is for."""
    found: Floats = features.matrix(language, texts) @ weights.linear.T + weights.intercepts
    return found


def sides(event_weights: Iterable[float]) -> Floats:
    """What the lexicon found, summed up: against, merely stated or asked, for."""
    weights = list(event_weights)
    against = min(_MOST_TOLD, -sum(weight for weight in weights if weight < 0))
    favour = min(_MOST_TOLD, sum(weight for weight in weights if weight > 0))
    return np.array([against, _STATEMENT if weights and not any(weights) else 0.0, favour])


def blend_inputs(linear: Floats, told: Floats, polarities: Floats | None) -> Floats:
    """What the calibration weighs: the classifier's log-odds, plain words, and TextBlob's polarity (English)."""
    columns = [linear[:, 0], linear[:, 1], np.abs(linear[:, 1]), told[:, 0], told[:, 2]]
    if polarities is not None:
        columns += [polarities, np.abs(polarities)]
    return np.column_stack([*columns, np.ones(len(linear))])


def outcomes(weights: Weights, language: str, texts: list[str], told: Floats) -> tuple[Floats, Floats]:
    """Calibrated probabilities of the three outcomes for each text, and the classifier's own two log-odds."""
    linear = linear_logits(weights, language, texts)
    polarities = np.array([english.polarity(text) for text in texts]) if language == "en" else None
    return two_stage(blend_inputs(linear, told, polarities) @ weights.blend.T, told), linear


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


def score(likely: Floats, intensity: float) -> float:
    """From -1 to 1: how sure the direction is, times how strongly it was put."""
    return float(np.clip((likely[POSITIVE] - likely[NEGATIVE]) * intensity, -1, 1))


def label(likely: Floats, scored: float) -> Label:
    """The likeliest outcome; "very" where both the direction is sure and the wording strong."""
    outcome = int(likely.argmax())
    if outcome == NEUTRAL:
        return "neutral"
    if outcome == POSITIVE:
        return "very_positive" if scored >= VERY else "positive"
    return "very_negative" if scored <= -VERY else "negative"


def is_mixed(clauses: Sequence[Floats], sure: float = 0.6, share: float = 0.3) -> bool:
    """Some clauses are clearly for and some clearly against, and neither side is a mere aside."""
    favour = sum(float(clause[POSITIVE]) for clause in clauses if clause[POSITIVE] >= sure)
    against = sum(float(clause[NEGATIVE]) for clause in clauses if clause[NEGATIVE] >= sure)
    return min(favour, against) >= share * (favour + against) > 0
