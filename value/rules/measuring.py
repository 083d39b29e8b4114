"""From sums before and after to a verdict. Formulas: analysis/statistics/before_after.py."""

from math import ceil

from analysis.schemas.figures import Figure, Window
from analysis.statistics import SCORES, Scale, Sums
from analysis.statistics.before_after import Effect, Place, answers_needed, effect, interval
from analysis.statistics.series import LATEST, mean_of, season_known, series_effect
from value.schemas.measuring import Frozen, Later, Method, Verdict, VerdictKind, Windows

BEFORE, PAST, WAITED_ENOUGH = 6, 12, 3  # months


def windows_of(started: int, picked_until: int | None) -> Windows:
    """The months before the start that count as the baseline. Where three months or more passed between the look that
    picked the place and the start, only they count: what was picked by chance is back to normal in them."""
    if picked_until is not None and started - picked_until > WAITED_ENOUGH:
        return Windows(Window(max(picked_until + 1, started - BEFORE), started - 1), None, apart=True)
    first = started - BEFORE
    return Windows(Window(first, started - 1), Window(first - PAST, first - 1), apart=False)


def after_of(done: int, last: int, judge_after: int) -> Window | None:
    """The month of the change itself belongs to neither side; None before a whole month has passed."""
    until = min(last, done + judge_after)
    return Window(done + 1, until) if until > done else None


def verdict_of(
    frozen: Frozen,
    later: Later,
    method: Method,
    margin: float,
    *,
    judging: bool,
    planned: int = 0,
    scale: Scale = SCORES,
    better_up: bool = True,
) -> Verdict:
    """`margin`: the smallest effect that would be worth the effort; `planned`: answers expected until the judgement."""
    found, used = _effect(frozen, later, method, scale)
    if found is None:
        return Verdict(VerdictKind.NO_DATA, n=later.touched.n, used=used, judging=judging)
    sign = 1 if better_up else -1
    seen = interval(found, judging, planned)
    low, high = sorted((sign * seen.low, sign * seen.high))
    high += _fallen_for_good(frozen, found, used, sign)
    room = scale.high - scale.low  # no effect is larger than the scale is long
    low, high = max(low, -room), min(high, room)
    kind, more = _kind(found, low, high, margin)
    return Verdict(
        kind=kind,
        value=round(sign * found.value, 1),
        low=round(low, 1),
        high=round(high, 1),
        n=found.n,
        more=more,
        largest=_largest(low, high) if kind is VerdictKind.NO_EFFECT else None,
        used=used,
        compared=found.compared,
        by_itself=round(sign * found.by_itself, 1),
        chance=round(sign * found.chance, 1),
        season=used is Method.SERIES and season_known(_months_before(frozen), later.months),
        judging=judging,
    )


def _fallen_for_good(frozen: Frozen, found: Effect, used: Method, sign: int) -> float:
    """What fell before the start may have fallen for good: neither the return that is taken off an improvement, nor a
    fall within the baseline, is held against what was done."""
    latest = mean_of([sums for month, sums in frozen.months if month > frozen.windows.before.last - LATEST])
    baseline = mean_of(frozen.touched[:1])
    within = 0.0 if used is Method.SERIES or latest is None or baseline is None else baseline - latest
    return max(0.0, sign * found.chance, sign * (found.chance + within))


def _effect(frozen: Frozen, later: Later, method: Method, scale: Scale) -> tuple[Effect | None, Method]:
    if method is not Method.SERIES:
        found = effect(*_places(frozen, later), scale)
        if found:
            return found, method
    return series_effect(_months_before(frozen), later.months, scale, frozen.usual), Method.SERIES


def _months_before(frozen: Frozen) -> list[tuple[int, Sums]]:
    past = frozen.windows.past
    return [one for one in frozen.months if one[0] in frozen.windows.before or (past and one[0] in past)]


def _places(frozen: Frozen, later: Later) -> tuple[Place, list[Place]]:
    before, past = frozen.touched
    others = [
        Place(before_there, later.untouched.get(key, Sums()), past_there)
        for key, (before_there, past_there) in frozen.untouched.items()
    ]
    return Place(before, later.touched, past), others


def _kind(found: Effect, low: float, high: float, margin: float) -> tuple[VerdictKind, int | None]:
    if low > 0:
        return VerdictKind.HELPED, None
    if high < 0:
        return VerdictKind.WORSE, None
    if max(-low, high) <= margin:
        return VerdictKind.NO_EFFECT, None
    needed = answers_needed(found, max(margin, abs(found.value)))
    if needed is None:
        return VerdictKind.UNCLEAR, None
    return VerdictKind.TOO_EARLY, max(1, needed - found.n)


def _largest(low: float, high: float) -> int:
    """Rounded up: the true effect is no larger than what the sentence says."""
    return max(1, ceil(max(-low, high)))


def reached(target: float | None, after: Figure, *, better_up: bool) -> str:
    """Whether the target is reached: "yes" or "no" where the whole interval says so, else "open"."""
    if target is None or after.low is None or after.high is None:
        return ""
    if after.low >= target:
        return "yes" if better_up else "no" if after.low > target else "open"
    if after.high <= target:
        return "no" if better_up and after.high < target else "open" if better_up else "yes"
    return "open"
