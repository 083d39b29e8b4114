"""How likely a stretch of text is against, without opinion, for: linear classifiers, and what the lexicon tells."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.artefact import HEARD, STAGES, Calibrated

# Columns of every array of outcomes here.
NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2

Floats = NDArray[np.floating[Any]]

# Plain words against and for; events against, merely stated, for.
_WEIGHED = [0, 2, 3, 4, 5]
EVENTS = slice(6, 9)  # where the latter stand among the inputs of the blend

# Of the classifiers learnt from the project's own sentences, behind the two stages: which output is which.
_OWN = slice(STAGES, STAGES + 2)
_BOTH, _LIKE = STAGES + 2, STAGES + 3


# How likely texts that are no service talk say both: a logistic regression over five sets of other domains whose
# aspects are labelled one by one, 15 % of them taken to be mixed (`python -m bench.text_both DATA` prints it).
_ELSEWHERE = np.array([0.2, 3.334, 0.486, 1.497, -0.849, -0.181, -0.708, 1.584, -0.84, -2.091])


class Sides(NamedTuple):
    """What the clauses of each text say: how clearly the best and the worst (for, against), and how much of either."""

    clearest: Floats  # (texts, 2)
    amounts: Floats  # (texts, 2): in letters
    clauses: NDArray[np.int64]
    letters: NDArray[np.int64]
    turned: NDArray[np.bool_]  # a word such as "but" stands between them
    ends: Floats  # (texts, 2): how far the first and the last are for (1) or against (-1)


def blend_inputs(logits: Floats, told: Floats) -> Floats:
    """What the calibration weighs: the classifiers' log-odds, plain words of praise and blame, and events."""
    direction = np.abs(logits[:, 1])
    columns = [logits[:, 0], logits[:, 1], direction, np.minimum(direction, 1), *told.T[_WEIGHED]]
    return np.column_stack([*columns, np.ones(len(logits))])


def talk_inputs(heard: Floats, told: Floats) -> Floats:
    """The same and what the classifiers of service talk say."""
    own = heard[:, _OWN]
    return np.column_stack([blend_inputs(heard, told), own, np.abs(own[:, 1]), heard[:, _BOTH]])


def outcomes(weights: Calibrated, logits: Floats, told: Floats, share: Floats) -> Floats:
    """Calibrated probabilities of the three outcomes, a row each.

    `share`: how much of the text the classifiers saw; of the rest, events say alone what it means.
    """
    heard = logits[:, :HEARD] + weights.intercepts[:HEARD]
    general = two_stage(blend_inputs(heard, told) @ weights.blend.T)
    found = mingled(general, two_stage(talk_inputs(heard, told) @ weights.talk.T), heard)
    likely: Floats = share[:, None] * found + (1 - share[:, None]) * by_events(told)
    return likely


def mingled(general: Floats, talk: Floats, heard: Floats) -> Floats:
    """The more a text sounds like service talk, the more counts what was learnt from such."""
    share = sigmoid(heard[:, _LIKE])[:, None]
    found: Floats = share * talk + (1 - share) * general
    return found


def both_elsewhere(heard: Floats, sides: Sides, likely: Floats, pieces: Floats) -> Floats:
    """How likely texts that are no service talk say something for and something against; `likely`: their outcomes,
    `pieces`: their length."""
    return sigmoid(elsewhere_inputs(heard, sides, likely, pieces) @ _ELSEWHERE)


def elsewhere_inputs(heard: Floats, sides: Sides, likely: Floats, pieces: Floats) -> Floats:
    """What tells the same of reviews and posts, which are longer: some clause of many is always read either way."""
    less, net = sides.clearest.min(axis=1), likely[:, POSITIVE] - likely[:, NEGATIVE]
    balance = sides.amounts.min(axis=1) / np.maximum(sides.amounts.sum(axis=1), 1e-6)
    lengths = [np.log1p(pieces), np.log(np.maximum(sides.clauses, 1))]
    turned = sides.turned * less
    columns = [heard[:, _BOTH], less, np.maximum(less - 0.5, 0), balance, np.abs(net), *lengths, sides.turned, turned]
    return np.column_stack([*columns, np.ones(len(heard))])


def two_stage(log_odds: Floats) -> Floats:
    """Is there an opinion, and if so, which way? The three outcomes add up to 1."""
    has_opinion, is_for = sigmoid(log_odds).T
    return np.column_stack([has_opinion * (1 - is_for), 1 - has_opinion, has_opinion * is_for])


def sigmoid(log_odds: Floats) -> Floats:
    likely: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return likely


def by_events(told: Floats) -> Floats:
    """Where there are no words but emoji: what they say, as odds."""
    raised = np.exp(told[:, 3:])
    likely: Floats = raised / raised.sum(axis=1, keepdims=True)
    return likely
