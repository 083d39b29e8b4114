"""Two clocks, both anchored to the person: how often anybody is asked at all, and how often by one survey."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from surveys.models import Detail
from surveys.schemas import Ask, AskingPolicy


def free_again(
    asks: Iterable[Ask], survey_id: UUID, cooldown_days: int, policy: AskingPolicy
) -> tuple[datetime | None, Detail | None]:
    """From when on neither clock forbids to ask, and which of them forbids it longest; None: nothing forbids it."""
    asks = list(asks)
    until = {
        Detail.PERSON_CLOCK: _person_clock([ask.at for ask in asks], policy),
        Detail.SURVEY_CLOCK: _survey_clock([ask.at for ask in asks if ask.survey_id == survey_id], cooldown_days),
    }
    held = {detail: at for detail, at in until.items() if at}
    longest = max(held, key=lambda detail: held[detail], default=None)
    return (held[longest], longest) if longest else (None, None)


def _person_clock(asked: list[datetime], policy: AskingPolicy) -> datetime | None:
    """The n-th last ask has to lie `days` back before there may be another, if n are allowed."""
    if not policy.days or len(asked) < policy.asks:
        return None
    return sorted(asked, reverse=True)[policy.asks - 1] + timedelta(days=policy.days)


def _survey_clock(asked: list[datetime], days: int) -> datetime | None:
    return max(asked) + timedelta(days=days) if asked and days else None
