"""What may become of a matter, when it is due, and when it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Conflict, Misconfigured
from core.i18n import gettext as _
from feedback.models import Channel, MessageKind, State

ORDER = list(State)
UNANSWERED = (State.NEW, State.SEEN)
ANSWER_WITHIN = timedelta(days=7)
MOST_DAYS = 36_500
BY_AUTHOR = frozenset({MessageKind.SAID, MessageKind.MORE, MessageKind.HEARD})
FOR_AUTHOR = frozenset({MessageKind.ANSWER, MessageKind.QUESTION, MessageKind.DONE, MessageKind.THANKS})
# What a message to the author makes of the matter. Thanks alone are no answer.
LEADS_TO = {MessageKind.ANSWER: State.ANSWERED, MessageKind.QUESTION: State.SEEN, MessageKind.DONE: State.ACTED}


def moved(now: State, to: State) -> State:
    """Forward only; what is closed may be opened again, to SEEN."""
    if now is State.CLOSED and to is State.SEEN:
        return to
    if ORDER.index(to) < ORDER.index(now):
        raise Conflict(_("This has been handled further meanwhile. Reload the page and look again."))
    return to


def at_least(now: State, to: State | None) -> State:
    """A message never takes a matter back."""
    return now if to is None or ORDER.index(to) < ORDER.index(now) else to


def answer_heard(kinds: Sequence[MessageKind]) -> bool | None:
    """Whether the author has said, since the last answer, whether it answered them; None without any answer."""
    turns = [one for one in kinds if one in (MessageKind.ANSWER, MessageKind.DONE, MessageKind.HEARD)]
    return turns[-1] == MessageKind.HEARD if turns else None


@dataclass(frozen=True)
class Dates:
    due_on: date
    remind_on: date
    delete_on: date


def dates(day: date, keep: timedelta, remind_before: timedelta) -> Dates:
    """By when it is answered; when somebody is reminded that it will go; when it goes."""
    delete_on = day + keep
    return Dates(day + ANSWER_WITHIN, max(day, delete_on - remind_before), delete_on)


def may_go(state: State, delete_on: date, today: date, unread_too: bool) -> bool:
    """What nobody has read is never deleted by a timer alone: only where a rule says so."""
    return today >= delete_on and (state != State.NEW or unread_too)


def kept_for(channel: str, days: int, by_channel: str) -> timedelta:
    """A channel that `by_channel` does not name takes `days`."""
    return timedelta(days=kept_by_channel(by_channel).get(channel, days))


def kept_by_channel(told: str) -> dict[str, int]:
    """`told`: "phone=90, social=30"; `Misconfigured` says which part is none of a channel and its days."""
    found = {}
    for part in filter(None, (one.strip() for one in told.split(","))):
        name, _sep, days = (piece.strip() for piece in part.partition("="))
        if name not in list(Channel) or not days.isdecimal() or not 0 < int(days) <= MOST_DAYS:
            names = ", ".join(Channel)
            raise Misconfigured(
                f"TOUCHSTONE_FEEDBACK_DAYS_BY_CHANNEL: {part!r} is no channel and days, such as phone=90. "
                f"Channels: {names}"
            )
        found[name] = int(days)
    return found
