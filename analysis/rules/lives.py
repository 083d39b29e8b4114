"""What becomes of a moment from look to look: watch -> found -> acted on -> recovered or worse; or cleared."""

from dataclasses import dataclass

from analysis.models import MomentState

NEGATIVE, RECOVERED, POSITIVE = "negative_moment_of_truth", "recovered", "positive_moment_of_truth"
EXPLAINED = ("carried_over", "low_and_harmless")
QUIET = (MomentState.WATCH, MomentState.CLEARED)
Bounds = tuple[float, float]  # 95 % interval of the loss per 100 visits


@dataclass(frozen=True)
class Before:
    """`marked`: the interval when it was found or acted on, against which it may be worse."""

    state: MomentState
    marked: Bounds


@dataclass(frozen=True)
class Life:
    """`news`: it is to be told."""

    state: MomentState
    marked: Bounds
    news: bool


def next_life(before: Before | None, kind: str, bounds: Bounds) -> Life:
    if kind == POSITIVE:
        return Life(MomentState.FOUND, bounds, news=before is None)
    if kind == RECOVERED:
        was = before and before.state
        return Life(MomentState.RECOVERED, before.marked if before else bounds, news=was != MomentState.RECOVERED)
    if kind in EXPLAINED:
        return _cleared(before, bounds)
    if kind != NEGATIVE:
        return Life(_quiet(before), before.marked if before else bounds, news=before is None)
    if before is None or before.state in QUIET:
        return Life(MomentState.FOUND, bounds, news=True)
    if before.state == MomentState.RECOVERED:
        return Life(MomentState.WORSE, bounds, news=True) if bounds[0] > 0 else _as_it_was(before)
    worse = bounds[0] > before.marked[1] and before.state != MomentState.WORSE
    return Life(MomentState.WORSE, bounds, news=True) if worse else _as_it_was(before)


def _quiet(before: Before | None) -> MomentState:
    """A sudden change, or a dear and rare failure: to be watched, unless it is known to be more."""
    return before.state if before and before.state not in QUIET else MomentState.WATCH


def _cleared(before: Before | None, bounds: Bounds) -> Life:
    """That a moment was none has to be told; that a place looks worse than it is need not be. What is being done goes
    on."""
    if before and before.state in (MomentState.ACTED_ON, MomentState.RECOVERED):
        return _as_it_was(before)
    return Life(MomentState.CLEARED, bounds, news=before is not None and before.state not in QUIET)


def _as_it_was(before: Before) -> Life:
    return Life(before.state, before.marked, news=False)
