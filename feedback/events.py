from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class FeedbackReceived(Event):
    """There is feedback to be understood. Of an anonymous one this is said at its release, never when it came."""

    feedback_id: str


@dataclass(frozen=True)
class FeedbackDayOver(Event):
    """A day has ended: what waits is mixed and released, and what is over goes."""

    day: str


@dataclass(frozen=True)
class FeedbackRewritten(Event):
    """A night has rewritten and deleted rows: what is left of them in the database's files has to go."""

    day: str


@dataclass(frozen=True)
class FeedbackGone(Event):
    """A feedback was withdrawn or erased, or its time is over: its words have to go everywhere."""

    feedback_id: str


@dataclass(frozen=True)
class AuthorToBeTold(Event):
    """There is something to be told to an author who gave a mail address."""

    message_id: str


@dataclass(frozen=True)
class InboxDigestDue(Event):
    """Those who handle feedback are to be told, once a day, how much waits for them."""

    day: str


@dataclass(frozen=True)
class MailboxLookDue(Event):
    """It is time to look into the mailbox for mails that people wrote."""
