"""Is there anything at all? What is explained in answers not learned from, and what chance would explain."""

import numpy as np

from analysis.statistics.drivers.shapes import Flags, Floats, Ints, Ratings

FOLDS, REPEATS, SHUFFLES = 5, 4, 199


def standardised(ratings: Ratings) -> Floats:
    """Mean 0, spread 1; what is not applicable stands at the mean and pulls nowhere."""
    n = np.maximum((~np.isnan(ratings.scores)).sum(axis=0), 1)
    mean = np.nansum(ratings.scores, axis=0) / n
    centred = np.nan_to_num(ratings.scores - mean)
    spread = np.sqrt((centred**2).sum(axis=0) / n)
    return np.asarray(centred / np.where(spread > 0, spread, 1))


def explained_elsewhere(ratings: Ratings, random: np.random.Generator) -> float:
    """R squared for answers that were left out of the fit, mean over repeated folds (Stone 1974)."""
    scores, outcome = standardised(ratings), ratings.outcome - ratings.outcome.mean()
    errors, total = 0.0, 0.0
    for _ in range(REPEATS):
        for held in np.array_split(random.permutation(len(outcome)), FOLDS):
            learned = np.ones(len(outcome), dtype=np.bool_)
            learned[held] = False
            errors += float(((outcome[held] - _predicted(scores, outcome, learned, held)) ** 2).sum())
            total += float(((outcome[held] - outcome[learned].mean()) ** 2).sum())
    return 1 - errors / total if total > 0 else 0.0


def _predicted(scores: Floats, outcome: Floats, learned: Flags, held: Ints) -> Floats:
    mean = outcome[learned].mean()
    products = scores[learned].T @ scores[learned] + 1e-6 * np.eye(scores.shape[1])
    return np.asarray(mean + scores[held] @ np.linalg.solve(products, scores[learned].T @ (outcome[learned] - mean)))


def by_chance(ratings: Ratings, random: np.random.Generator) -> float:
    """Share of shuffled outcomes that are explained as well as the real one (Fisher 1935; Phipson and Smyth 2010)."""
    scores, outcome = standardised(ratings), ratings.outcome - ratings.outcome.mean()
    inverse = np.linalg.pinv(scores.T @ scores, rcond=1e-8)

    def gain(values: Floats) -> float:
        towards = scores.T @ values
        return float(towards @ inverse @ towards)

    real = gain(outcome)
    as_good = sum(gain(random.permutation(outcome)) >= real - 1e-12 for _ in range(SHUFFLES))
    return (1 + as_good) / (1 + SHUFFLES)
