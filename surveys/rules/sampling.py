"""How many to ask: a share by lot, and a budget of answers for each part and period."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from surveys.schemas import AnswerBudget, Period, StratumCount

# Before a stratum has a history of its own: one answer in four mails, with the weight of twenty mails.
PRIOR_RATE, PRIOR_WEIGHT = 0.25, 20


def draw_of(digest: str) -> float:
    """A number from 0 to below 100 out of a hexadecimal digest: the same digest draws the same."""
    return int(digest[:12], 16) / 16**12 * 100


def drawn_by_lot(lots: Mapping[UUID, str], percent: int | None) -> list[UUID]:
    """Everyone, or so many of a hundred (rounded up), those with the smallest lots; in an order that tells nothing."""
    ordered = sorted(lots, key=lambda one: lots[one])
    return ordered if percent is None else ordered[: -(-len(ordered) * percent // 100)]


def expected_answers(count: StratumCount) -> float:
    """Answers that came in this period, and those that may still come from who was asked in it.

    Rate: beta-binomial posterior mean with the prior above, from those who have had their time to answer.
    """
    settled = count.ever_asked - count.pending
    rate = (count.ever_answered + PRIOR_RATE * PRIOR_WEIGHT) / (settled + PRIOR_WEIGHT)
    return count.answered + count.pending * rate


def is_used_up(budget: AnswerBudget, count: StratumCount) -> bool:
    return expected_answers(count) >= budget.answers


def period_start(at: datetime, period: Period, zone: ZoneInfo) -> datetime:
    """Midnight of the day, Monday or first of the month, by the installation's own calendar."""
    day = at.astimezone(zone).date()
    if period is Period.WEEK:
        day -= timedelta(days=day.weekday())
    if period is Period.MONTH:
        day = day.replace(day=1)
    return datetime.combine(day, time(), zone).astimezone(UTC)
