"""Whom to ask, in which language, and until when a link is good."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from surveys.models import Channel, Detail, Reason
from surveys.rules.clocks import free_again
from surveys.schemas import Asking, AskingPolicy, Later, Refusal, ReopeningRule, TriggerDefinition

# Written Chinese; kana would tell Japanese, which is asked in English.
_HAN = ("\u4e00", "\u9fff")
CONDITIONS = ("kinds", "services", "customers", "priorities", "groups", "channels", "close_reasons")
SINGULAR = ("kind", "service", "customer", "priority", "group", "channel", "close_reason")


def verdict(trigger: TriggerDefinition, policy: AskingPolicy, asking: Asking, at: datetime) -> Refusal | Later | None:
    """None: ask. Otherwise the first reason that stands against it, or the moment until which asking waits."""
    return (
        _excluded(trigger, asking)
        or _at_a_bad_time(trigger, asking, at)
        or _not_drawn(trigger, asking)
        or _unreachable(asking)
        or _too_soon(trigger, policy, asking, at)
    )


def is_meant(trigger: TriggerDefinition, attributes: Mapping[str, str], more: Mapping[str, str]) -> bool:
    """Whether the trigger speaks of such a ticket; a condition that names nothing holds for all."""
    wanted = {name: getattr(trigger, names) for name, names in zip(SINGULAR, CONDITIONS, strict=True)}
    told = all(not values or attributes.get(name, "") in values for name, values in wanted.items())
    return told and all(more.get(name, "") in values for name, values in trigger.attributes.items() if values)


def _excluded(trigger: TriggerDefinition, asking: Asking) -> Refusal | None:
    stands: tuple[tuple[bool, Detail], ...] = (
        (not trigger.active, Detail.OFF),
        (not is_meant(trigger, asking.attributes, asking.more), Detail.NOT_MEANT),
        (asking.reopened, Detail.REOPENED),
        (asking.attributes.get("close_reason", "") in (set(trigger.not_close_reasons) - {""}), Detail.CLOSE_REASON),
        (asking.person_key in trigger.not_people, Detail.ON_LIST),
    )
    return next((Refusal(Reason.EXCLUDED, detail) for wrong, detail in stands if wrong), None)


def _at_a_bad_time(trigger: TriggerDefinition, asking: Asking, at: datetime) -> Refusal | None:
    seen_at = asking.seen_at or at
    if asking.over_at and seen_at - asking.over_at > timedelta(days=trigger.max_age_days):
        return Refusal(Reason.TOO_OLD)
    if asking.major_incident:
        return Refusal(Reason.EXCLUDED, Detail.MAJOR_INCIDENT)
    once = trigger.reopened is ReopeningRule.ONCE and asking.asked_before
    return Refusal(Reason.ALREADY_ASKED) if once else None


def _not_drawn(trigger: TriggerDefinition, asking: Asking) -> Refusal | None:
    return Refusal(Reason.SAMPLED_OUT, Detail.LOT) if asking.draw >= trigger.sample_percent else None


def _unreachable(asking: Asking) -> Refusal | None:
    if asking.opted_out:
        return Refusal(Reason.OPTED_OUT)
    if asking.channel is Channel.MAIL and not asking.has_address:
        return Refusal(Reason.NO_ADDRESS)
    if asking.channel is Channel.MAIL and asking.bounced:
        return Refusal(Reason.NO_ADDRESS, Detail.BOUNCED)
    return None


def _too_soon(trigger: TriggerDefinition, policy: AskingPolicy, asking: Asking, at: datetime) -> Refusal | Later | None:
    """A survey with patience waits for the clocks, for as long as the matter is fresh enough."""
    free, clock = free_again(asking.asks, asking.survey_id, trigger.cooldown_days, policy)
    if free is None or free <= at:
        return None
    patient_until = (asking.seen_at or at) + timedelta(days=trigger.patience_days)
    return Later(free) if free <= patient_until else Refusal(Reason.COOLDOWN, clock)


def episode(over_at: datetime | None) -> str:
    """The name of a ticket's episode: a reopened ticket has one for each time that it was over."""
    return over_at.astimezone(UTC).isoformat() if over_at else ""


def may_ask_again(reason: Reason | None) -> bool:
    """A link given to the ticket system needs no address, and the moment is the ticket system's choice."""
    return reason in (None, Reason.NO_ADDRESS, Reason.TOO_OLD)


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
