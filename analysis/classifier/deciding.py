"""What a comment of service talk says as a whole, decided from all that was read of it and of its clauses.

A small network: which of several clauses counts, and when two of them make a mixed comment, is no sum of what they say.
"""

import numpy as np

from analysis.classifier.artefact import Calibrated
from analysis.classifier.characters import Places
from analysis.classifier.clauses import Clauses
from analysis.classifier.sentiment import NEGATIVE, POSITIVE, Floats, Sides, mingled

BOTH = 3  # the column behind the three outcomes
TINY = 1e-9
_FAR = 8.0  # beyond which an input says nothing more


def sides_of(clauses: Clauses, letters: Places, likely: Floats) -> Sides:
    """What the clauses of each comment say; of each clause: how many letters it has, and its outcomes."""
    firsts, said = clauses.first[:-1], likely[:, [POSITIVE, NEGATIVE]]
    net = said[:, 0] - said[:, 1]
    return Sides(
        np.maximum.reduceat(said, firsts),
        np.add.reduceat(said * letters[:, None], firsts),
        np.diff(clauses.first),
        np.add.reduceat(letters, firsts),
        np.logical_or.reduceat(clauses.turns, firsts),
        np.column_stack([net[firsts], net[clauses.first[1:] - 1]]),
    )


def chosen_of(sides: Sides, chosen: Places) -> Sides:
    clearest, amounts, clauses, letters, turned, ends = sides
    return Sides(clearest[chosen], amounts[chosen], clauses[chosen], letters[chosen], turned[chosen], ends[chosen])


def inputs(heard: Floats, told: Floats, likely: Floats, sides: Sides) -> Floats:
    """A row a comment: what the classifiers say, what the lexicon tells, how likely the three outcomes seemed so far,
    and what its clauses say."""
    begins, closes = sides.ends.T
    less, more = sides.clearest.min(axis=1), sides.clearest.max(axis=1)
    balance = sides.amounts.min(axis=1) / np.maximum(sides.amounts.sum(axis=1), TINY)
    net = likely[:, POSITIVE] - likely[:, NEGATIVE]
    columns = [less, np.maximum(less - 0.5, 0), more, balance, np.abs(net), sides.turned, sides.turned * less]
    columns += [np.log1p(sides.letters), np.log(np.maximum(sides.clauses, 1))]
    columns += [begins, closes, begins * closes, np.abs(begins - closes)]
    found: Floats = np.clip(np.column_stack([heard, told, likely, *columns]), -_FAR, _FAR)
    return found


def decide(weights: Calibrated, rows: Floats) -> Floats:
    """How likely each of the four outcomes is."""
    hidden = np.maximum(rows @ weights.within[:-1] + weights.within[-1], 0)
    odds = hidden @ weights.outcome[:-1] + weights.outcome[-1]
    likely = np.exp(odds - odds.max(axis=1, keepdims=True))
    found: Floats = likely / likely.sum(axis=1, keepdims=True)
    return found


def three(likely: Floats) -> tuple[Floats, Floats]:
    """The outcomes as if none were both ways, and how likely both ways is."""
    one_way = likely[:, :BOTH]
    return one_way / np.maximum(one_way.sum(axis=1, keepdims=True), TINY), likely[:, BOTH]


def decided(
    weights: Calibrated, heard: Floats, rows: Floats, likely: Floats, elsewhere: Floats, share: Floats
) -> tuple[Floats, Floats]:
    """The outcomes of comments and how likely both ways is; `likely` and `elsewhere`: the same without the network,
    `share`: how much of each comment the classifiers saw.

    Of service talk the network and what was likely before count alike: they err in different places.
    """
    talk, both = three(decide(weights, rows))
    found = share[:, None] * mingled(likely, (talk + likely) / 2, heard) + (1 - share[:, None]) * likely
    return found, mingled(elsewhere[:, None], both[:, None], heard)[:, 0]
