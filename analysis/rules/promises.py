"""Which smallest group was promised when an answer was given. A later setting applies to later answers only."""

from collections.abc import Iterable, Sequence
from datetime import date

from analysis.models import Promise


def promised(promises: Sequence[Promise], day: date) -> Promise:
    """Of several on one day the stricter; before the first, the first. `promises`: at least one, in their order."""
    before = [one for one in promises if one.since < day][-1:] or promises[:1]
    held = [*before, *(one for one in promises if one.since == day)]
    return Promise(
        number=held[-1].number,
        since=held[-1].since,
        min_group=max(one.min_group for one in held),
        min_group_comments=max(one.min_group_comments for one in held),
    )


def promised_on(promises: Sequence[Promise], days: Iterable[date]) -> dict[date, Promise]:
    """The same for many answers, which share few days."""
    return {day: promised(promises, day) for day in set(days)}
