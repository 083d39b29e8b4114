"""The baseline at the start, and what was said since."""

from asyncio import to_thread
from datetime import date

from analysis.disclosure import Choice
from analysis.models import Dimension
from analysis.schemas.figures import Window, month_of
from analysis.service.before_after import Shown, shown_in
from analysis.service.experience import scale_of
from analysis.statistics import Sums
from analysis.statistics.wandering import learned
from core.db import Session
from value.models import Improvement
from value.queries.improvements import overlapping
from value.rules.kept import baseline_of
from value.rules.measuring import after_of, verdict_of, windows_of
from value.schemas.measuring import Frozen, Later, Method, Verdict

Customers = frozenset[str]


async def baseline(session: Session, one: Improvement, customers: Customers, others: Customers, start: date) -> Frozen:
    """As of the start. `others`: customers whose people it does not reach, and whose figures the starter may see."""
    windows = windows_of(month_of(start), one.picked)
    first = windows.past.first if windows.past else windows.before.first
    whole = Window(first, windows.before.last)
    before, past, every = await _read(session, one, customers, [windows.before, windows.past, whole])
    if one.method == Method.CUSTOMERS:
        elsewhere = await _elsewhere(session, one, others, [windows.before, windows.past])
        untouched = {key: (both[0], both[1]) for key, both in elsewhere.items()}
    else:
        places = [key for key in before.blocks if key not in one.touchpoints]
        untouched = {key: (before.of([key]), past.of([key])) for key in places}
    touched = before.of(one.touchpoints), past.of(one.touchpoints)
    heard = [every.months([key]) for key in every.blocks if key not in one.touchpoints]
    usual = await to_thread(learned, heard, scale_of(Dimension(one.dimension)))
    return Frozen(windows, touched, untouched, every.months(one.touchpoints), usual)


async def _read(session: Session, one: Improvement, customers: Customers, windows: list[Window | None]) -> list[Shown]:
    choice = Choice(service=one.service or None)
    return await shown_in(session, customers or None, choice, Dimension(one.dimension), windows)


async def _elsewhere(
    session: Session, one: Improvement, customers: Customers, windows: list[Window | None]
) -> dict[str, list[Sums]]:
    """The same touchpoints at each of these customers."""
    found = {}
    for customer in sorted(customers):
        shown = await _read(session, one, frozenset([customer]), windows)
        found[customer] = [each.of(one.touchpoints) for each in shown]
    return found


async def later(session: Session, one: Improvement, customers: Customers, frozen: Frozen, today: date) -> Later | None:
    """What was said since the change, up to the last whole month or the judgement; None before a month is over."""
    assert one.done_on
    window = after_of(month_of(one.done_on), month_of(today) - 1, one.judge_after)
    if window is None:
        return None
    (after,) = await _read(session, one, customers, [window])
    if one.method == Method.CUSTOMERS:
        elsewhere = await _elsewhere(session, one, frozenset(frozen.untouched), [window])
        untouched = {key: sums[0] for key, sums in elsewhere.items()}
    else:
        busy = await _busy(session, one, frozen, window.last)
        untouched = {key: after.of([key]) for key in frozen.untouched if key not in busy}
    return Later(after.of(one.touchpoints), untouched, after.months(one.touchpoints))


async def _busy(session: Session, one: Improvement, frozen: Frozen, until: int) -> set[str]:
    """Touchpoints that something else was done about in the meantime."""
    first = frozen.windows.before.first
    return {
        key
        for other in await overlapping(session, one.id)
        if other.started_on and month_of(other.started_on) <= until
        if other.done_on is None or month_of(other.done_on) >= first
        for key in other.touchpoints
    }


def is_day_of_judgement(one: Improvement, today: date) -> bool:
    return bool(one.done_on) and month_of(today) > month_of(one.done_on or today) + one.judge_after


def last_month(one: Improvement, today: date) -> int:
    assert one.done_on
    return min(month_of(today) - 1, month_of(one.done_on) + one.judge_after)


def _judges(one: Improvement, today: date) -> bool:
    """Once, on the day that was set before the start; who measures on goes by the interval that holds at all looks."""
    return is_day_of_judgement(one, today) and not any("longer" in mark for mark in one.marks)


def verdict(one: Improvement, frozen: Frozen, since: Later, *, judging: bool) -> Verdict:
    dimension = Dimension(one.dimension)
    each_month = frozen.touched[0].n / max(1, frozen.windows.before.last - frozen.windows.before.first + 1)
    return verdict_of(
        frozen,
        since,
        Method(one.method),
        one.margin,
        judging=judging,
        planned=round(each_month * one.judge_after),
        scale=scale_of(dimension),
        better_up=dimension is not Dimension.LOST_MINUTES,
    )


async def look(session: Session, one: Improvement, customers: Customers, today: date) -> tuple[Verdict, Later] | None:
    """What can be told today of a change that is made; None before anything can be."""
    if not one.baseline or one.done_on is None:
        return None
    frozen = baseline_of(one.baseline)
    since = await later(session, one, customers, frozen, today)
    return (verdict(one, frozen, since, judging=_judges(one, today)), since) if since else None
