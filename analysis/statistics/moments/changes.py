"""Step 9a: since when, and what changed of a sudden. Counts per week in, dates out."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.statistics.moments.arrays import Floats, Ints

CLEAR_CHANGE = 12.0  # twice the log likelihood ratio: the largest of some hundred weeks, by chance in about 3 %
INSIDE = 3.84 / 2  # log likelihood that a 95 % interval may lose against the best week
LEAST_BEFORE = 8  # weeks without which nothing can have changed
SUDDEN = 2.5  # odds ratio that is looked for
BASELINE_LAG = 4  # weeks that a change may take before it becomes its own baseline
BASELINE_ANSWERS = 30  # before a touchpoint's usual share is known
PLATFORM_PRIOR = 20.0  # bad visits that pull what a week does to everybody to nothing
NEWTON = 6  # steps
SMOOTHING = 6  # weeks to both sides
SUSPICION = 5.0  # log likelihood ratio from which a change is worth a test


@dataclass(frozen=True, slots=True)
class Change:
    """Weeks, counted from the first of the series."""

    week: int
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Sudden:
    touchpoint: int
    noticed: int  # the week at whose end it was clear


def worsening(bad: Ints, expected: Floats) -> Change | None:
    """The week from which more visits are bad than `expected` lets expect, with a 95 % interval, if any clearly is.

    Profile likelihood of one change in a Poisson rate (Hinkley and Hinkley 1970, there for a binomial share).
    """
    if len(bad) < LEAST_BEFORE:
        return None
    gain = _gain(bad.astype(np.float64), expected)
    best = int(np.argmax(gain))
    if 2 * gain[best] < CLEAR_CHANGE:
        return None
    inside = np.flatnonzero(gain >= gain[best] - INSIDE)
    return Change(best + 1, int(inside[0]) + 1, int(inside[-1]) + 1)


def _gain(bad: Floats, expected: Floats) -> Floats:
    """Log likelihood won by letting the rate change after each week; nothing where it falls."""
    bad_before, before = np.cumsum(bad)[:-1], np.cumsum(expected)[:-1]
    bad_after, after = bad.sum() - bad_before, expected.sum() - before
    one = _likelihood(bad.sum(keepdims=True), expected.sum(keepdims=True))
    rising = bad_after * before > bad_before * after
    return np.where(rising, _likelihood(bad_before, before) + _likelihood(bad_after, after) - one, 0.0)


def _likelihood(bad: Floats, expected: Floats) -> Floats:
    return np.asarray(bad * np.log((bad + 1e-9) / (expected + 1e-9)))


def expected_bad(bad: Ints, answered: Ints) -> Floats:
    """Of each touchpoint [row] and week: its answers times what the weeks around do to all others (season, trend)."""
    return np.asarray(answered * (_around(bad) + 1) / (_around(answered) + 10))


def _around(counts: Ints) -> Floats:
    """Of the other touchpoints, in the weeks before and after."""
    window = np.ones(2 * SMOOTHING + 1)
    others = counts.sum(axis=0) - counts
    return np.stack([np.convolve(row, window)[SMOOTHING:-SMOOTHING] for row in others])


def sudden_changes(bad: Ints, answered: Ints, alpha: float) -> list[Sudden]:
    """Touchpoints [row] whose share of bad visits rose suddenly, week [column] by week, looked at every week.

    Shiryaev-Roberts e-detector (Shin, Ramdas, Rinaldo 2023): under no change its mean after n weeks is n at most, so
    weeks x touchpoints / alpha is passed by anything at all with probability alpha (Doob).
    """
    if bad.shape[1] <= LEAST_BEFORE or not len(bad):
        return []
    evidence, limit = np.zeros(len(bad)), bad.size / alpha
    found: dict[int, Sudden] = {}
    factors = _log_ratios(bad.astype(np.float64), answered.astype(np.float64))
    for week in range(bad.shape[1]):
        evidence = np.where(np.isnan(factors[:, week]), 0, (evidence + 1) * np.exp(np.minimum(factors[:, week], 50)))
        for touchpoint in np.flatnonzero(evidence > limit):
            found.setdefault(int(touchpoint), Sudden(int(touchpoint), week))
    return list(found.values())


def risen(bad: Ints, answered: Ints) -> dict[int, int]:
    """Touchpoints whose share of bad visits seems higher than it was, and since which week: worth a test, no finding.

    By cumulative sums (Page 1954): the most likely beginning is where they were last at nothing.
    """
    if bad.shape[1] <= LEAST_BEFORE or not len(bad):
        return {}
    running, begun = np.zeros(len(bad)), np.zeros(len(bad), dtype=np.int64)
    factors = np.nan_to_num(_log_ratios(bad.astype(np.float64), answered.astype(np.float64)))
    for week in range(bad.shape[1]):
        running = np.maximum(running + factors[:, week], 0)
        begun[running == 0] = week + 1
    return {int(k): int(begun[k]) for k in np.flatnonzero(running > SUSPICION)}


def _log_ratios(bad: Floats, answered: Floats) -> Floats:
    """Of each week: the odds SUDDEN times the usual ones against the usual ones; NaN until these are known."""
    bad_before, before = _earlier(bad), _earlier(answered)
    share = (bad_before + 0.5) / (before + 1)
    odds = (share + share_error(share, before)) / (1 - share) * np.exp(_of_others(bad, answered, share))
    usual, risen = odds / (1 + odds), SUDDEN * odds / (1 + SUDDEN * odds)
    ratios = bad * np.log(risen / usual) + (answered - bad) * np.log((1 - risen) / (1 - usual))
    return np.where(before >= BASELINE_ANSWERS, ratios, np.nan)


def _of_others(bad: Floats, answered: Floats, share: Floats) -> Floats:
    """What a week does to the log odds of all other touchpoints, drawn to nothing. On the scale of odds, because what
    doubles a small share cannot double a large one: one logistic intercept a week (Newton's method), and one step more
    without the touchpoint itself."""
    usual, shift = np.log(share / (1 - share)), np.zeros(bad.shape[1])
    for _ in range(NEWTON):
        likely = expit(usual + shift)
        too_many, known = bad - answered * likely, answered * likely * (1 - likely)
        shift = shift + (too_many.sum(axis=0) - PLATFORM_PRIOR * shift) / (known.sum(axis=0) + PLATFORM_PRIOR)
    likely = expit(usual + shift)
    too_many, known = bad - answered * likely, answered * likely * (1 - likely)
    return np.asarray(shift - too_many / (known.sum(axis=0) - known + PLATFORM_PRIOR))


def share_error(share: Floats, answered: Floats) -> Floats:
    """How much higher the usual share may be than it looks: one standard error."""
    return np.asarray(np.sqrt(share * (1 - share) / (answered + 1)))


def _earlier(values: Floats) -> Floats:
    """Sums of all weeks but the last BASELINE_LAG and the week itself."""
    running = np.cumsum(values, axis=1)
    return np.pad(running, ((0, 0), (BASELINE_LAG + 1, 0)))[:, : values.shape[1]]
