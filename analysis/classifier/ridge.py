"""A logistic regression that starts from what is known already and leaves it only as far as the answers insist."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.sentiment import Floats

_ROUNDS = 200


def fit(known: Floats, inputs: Any, answers: NDArray[np.bool_], weights: Floats, shrink: Floats) -> Floats:
    """Weights of `inputs` that are added to the `known` log-odds; `shrink` says how hard each is held to 0."""
    from scipy.optimize import minimize  # loaded with scikit-learn, only where something is learnt

    yes = answers.astype(float)

    def loss(found: Floats) -> tuple[float, Floats]:
        log_odds = known + inputs @ found
        error = weights * (1 / (1 + np.exp(-np.clip(log_odds, -30, 30))) - yes)
        missed = float((weights * (np.logaddexp(0, log_odds) - yes * log_odds)).sum())
        return missed + float(shrink @ found**2) / 2, inputs.T @ error + shrink * found

    start = np.zeros(inputs.shape[1])
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS}).x
    return found


def fit_outcomes(known: Floats, inputs: Any, answers: Floats, weights: Floats, shrink: Floats) -> Floats:
    """The same for several outcomes, a column each: `known` are logarithms, `answers` hold a 1 for what was said."""
    from scipy.optimize import minimize  # see `fit`

    many = known.shape[1]

    def loss(found: Floats) -> tuple[float, Floats]:
        columns = found.reshape(-1, many)
        raised = known + inputs @ columns
        raised -= raised.max(axis=1, keepdims=True)
        likely = raised - np.log(np.exp(raised).sum(axis=1, keepdims=True))
        slopes = inputs.T @ (weights[:, None] * (np.exp(likely) - answers)) + shrink[:, None] * columns
        missed = -float((weights * (likely * answers).sum(axis=1)).sum())
        return missed + float((shrink[:, None] * columns**2).sum()) / 2, slopes.ravel()

    start = np.zeros(inputs.shape[1] * many)
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS}).x
    return found.reshape(-1, many)


def balanced(answers: NDArray[np.bool_], power: float = 1.0) -> Floats:
    """Weights under which yes and no count alike; a power below 1 goes part of the way."""
    share = answers.mean() if len(answers) else 0.0
    if share in (0.0, 1.0):
        return np.ones(len(answers))
    found: Floats = np.where(answers, 0.5 / share, 0.5 / (1 - share)) ** power
    return found
