"""Whom to ask, in which language, and until when a link is good."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from surveys.models import Channel, Reason, Trigger
from surveys.schemas import Asking

# Written Chinese; kana would tell Japanese, which is asked in English.
_HAN = ("\u4e00", "\u9fff")


def reason_not_to_ask(trigger: Trigger, asking: Asking, at: datetime) -> Reason | None:
    """The first reason that stands against asking; None: ask."""
    if not trigger.active or (trigger.kinds and asking.kind not in trigger.kinds):
        return Reason.EXCLUDED
    if asking.resolved_at and at - asking.resolved_at > timedelta(days=trigger.max_age_days):
        return Reason.TOO_OLD
    if asking.opted_out:
        return Reason.OPTED_OUT
    if asking.channel is Channel.MAIL and not asking.has_address:
        return Reason.NO_ADDRESS
    if asking.last_asked_at and at - asking.last_asked_at < timedelta(days=trigger.cooldown_days):
        return Reason.COOLDOWN
    return Reason.SAMPLED_OUT if asking.draw >= trigger.sample_percent else None


def draw_of(digest: str) -> float:
    """A number from 0 to below 100 out of a hexadecimal digest: the same digest draws the same."""
    return int(digest[:12], 16) / 16**12 * 100


def may_ask_again(reason: Reason | None) -> bool:
    """A link given to the ticket system needs no address, and the moment is the ticket system's choice."""
    return reason in (Reason.NO_ADDRESS, Reason.TOO_OLD)


def language_of(known: str | None, texts: Iterable[str]) -> str:
    """The person's language if they have one; else that in which the ticket was written."""
    if known:
        return "zh" if known.lower().startswith("zh") else "en"
    return "zh" if any(_HAN[0] <= letter <= _HAN[1] for text in texts for letter in text) else "en"


def expiry(sent: datetime, valid_days: int) -> datetime:
    """The end of the last valid day, wherever on earth its reader lives."""
    last_day = (sent.astimezone(UTC) + timedelta(days=valid_days)).date()
    return datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + timedelta(days=1, hours=12)


def last_day(expires_at: datetime) -> datetime:
    """The day that a mail names, for an `expiry`."""
    return expires_at - timedelta(days=1, hours=12)
