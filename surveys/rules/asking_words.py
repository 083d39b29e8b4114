"""A trigger in sentences: what its settings come to, for who reads them and not the fields."""

from core.i18n import gettext as _
from core.i18n import ngettext
from surveys.schemas import After, AskingPolicy, Hours, ReopeningRule, Sender, TriggerDefinition

DAY = 24 * 60


def in_words(trigger: TriggerDefinition, policy: AskingPolicy) -> list[str]:
    """In the order of a person's questions: about what, when, how often, how many, who never."""
    parts = (_what(trigger), _when(trigger, policy), _how_often(trigger, policy), _how_many(trigger), _who_not(trigger))
    return [sentence for part in parts for sentence in part]


def _what(trigger: TriggerDefinition) -> list[str]:
    after = {
        After.RESOLVED: _("It asks after a ticket was resolved."),
        After.CLOSED: _("It asks after a ticket was closed."),
        After.JOURNEY: _("It asks once when a whole matter is over, and nothing new came for %(n)s days."),
    }
    plurals = {"priority": "priorities"}
    wanted = {words: getattr(trigger, plurals.get(name, f"{name}s")) for name, words in ticket_fields().items()}
    told = [f"{name}: {_(' or ').join(words)}" for name, words in (wanted | trigger.attributes).items() if words]
    only = [_("Only tickets with %(conditions)s.") % {"conditions": "; ".join(told)}] if told else []
    return [after[trigger.after].replace("%(n)s", str(trigger.gap_days)), *only]


def ticket_fields() -> dict[str, str]:
    return {
        "kind": _("kind of ticket"),
        "service": _("service"),
        "customer": _("customer"),
        "group": _("group"),
        "priority": _("priority"),
        "channel": _("channel"),
        "close_reason": _("reason for closing"),
    }


def _when(trigger: TriggerDefinition, policy: AskingPolicy) -> list[str]:
    hours = {
        Hours.ANY: _("at any hour"),
        Hours.WAKING: _("between %(a)s and %(b)s o'clock of the person, so the evening is left alone"),
        Hours.WORKING: _("on working days between %(a)s and %(b)s o'clock of the person"),
    }[trigger.hours]
    opens, closes = policy.working if trigger.hours is Hours.WORKING else policy.waking
    at = hours % {"a": opens, "b": closes} if trigger.hours is not Hours.ANY else hours
    sender = _("by a link in the ticket system's own mails") if trigger.sender is Sender.TICKETS else _("by mail")
    told = _("%(wait)s, %(sender)s, %(at)s; the link is good for %(n)s days.")
    return [told % {"wait": _span(trigger.delay_minutes), "sender": sender, "at": at, "n": trigger.valid_days}]


def _span(minutes: int) -> str:
    if minutes == 0:
        return _("At once")
    if minutes % DAY == 0:
        return ngettext("After %(num)s day", "After %(num)s days", minutes // DAY) % {"num": minutes // DAY}
    return ngettext("After %(num)s minute", "After %(num)s minutes", minutes) % {"num": minutes}


def _how_often(trigger: TriggerDefinition, policy: AskingPolicy) -> list[str]:
    told = []
    if policy.days:
        most = ngettext(
            "Nobody gets more than %(num)s survey in %(days)s days, whichever it is.",
            "Nobody gets more than %(num)s surveys in %(days)s days, whichever they are.",
            policy.asks,
        )
        told.append(most % {"num": policy.asks, "days": policy.days})
    if trigger.cooldown_days:
        told.append(_("This survey asks nobody twice within %(n)s days.") % {"n": trigger.cooldown_days})
    if trigger.patience_days:
        told.append(_("Where a clock forbids it, it waits up to %(n)s days.") % {"n": trigger.patience_days})
    if trigger.reopened is ReopeningRule.ONCE:
        told.append(_("A ticket is asked about once, however often it is reopened."))
    if trigger.reminders:
        words = ngettext(
            "One reminder after %(days)s days.",
            "Up to %(num)s reminders, %(days)s days apart.",
            trigger.reminders,
        )
        told.append(words % {"num": trigger.reminders, "days": trigger.reminder_days})
        counted, on_top = _("Reminders count for the clock of the person."), _("Reminders come on top of the clock.")
        told.append(counted if trigger.reminders_count else on_top)
    return told


def _how_many(trigger: TriggerDefinition) -> list[str]:
    told = []
    if trigger.sample_percent < 100:
        told.append(_("Of a hundred tickets %(n)s are drawn by lot.") % {"n": trigger.sample_percent})
    if budget := trigger.budget:
        per = {"day": _("a day"), "week": _("a week"), "month": _("a month")}[budget.per]
        words = ngettext(
            "%(num)s answer %(per)s is enough; then nobody more is asked.",
            "%(num)s answers %(per)s are enough; then nobody more is asked.",
            budget.answers,
        )
        told.append(words % {"num": budget.answers, "per": per})
        if budget.by:
            told.append(_("That is counted for each %(what)s apart.") % {"what": ticket_fields()[budget.by]})
    return told


def _who_not(trigger: TriggerDefinition) -> list[str]:
    told = []
    if trigger.not_people:
        n = len(trigger.not_people)
        told.append(ngettext("%(num)s person is never asked.", "%(num)s people are never asked.", n) % {"num": n})
    if trigger.not_close_reasons:
        told.append(_("Not asked about: closed as %(words)s.") % {"words": _(" or ").join(trigger.not_close_reasons)})
    if trigger.major_priorities:
        words = _("While an incident of priority %(words)s is open on a service, nobody is asked about that service.")
        told.append(words % {"words": _(" or ").join(trigger.major_priorities)})
    return told
