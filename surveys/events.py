from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class InvitationPlanned(Event):
    """It is to be decided, when the time has come, whether somebody is asked."""

    invitation_id: str


@dataclass(frozen=True)
class InvitationDecided(Event):
    """Somebody is to be asked: the mail is due."""

    invitation_id: str


@dataclass(frozen=True)
class OpenInvitationDue(Event):
    """Somebody is to be told of an anonymous survey; nothing else says that they were."""

    person_id: str
    survey_id: str


@dataclass(frozen=True)
class ReminderDue(Event):
    """Somebody who was asked may be reminded."""

    invitation_id: str


@dataclass(frozen=True)
class MatterMayBeOver(Event):
    """The gap after this ticket has passed: perhaps its whole matter is over."""

    ticket_id: str


@dataclass(frozen=True)
class LinkAskedFor(Event):
    """Somebody followed the link in a ticket system's mail. `ticket_id` "": it named a ticket that is not known."""

    survey_id: str
    ticket_id: str


@dataclass(frozen=True)
class ResponseReceived(Event):
    response_id: str


@dataclass(frozen=True)
class AnonymousDayOver(Event):
    """A day has ended: the answers that an anonymous survey got on it may be read. Said of days without answers too."""

    survey_id: str
    day: str


@dataclass(frozen=True)
class AskedOutdated(Event):
    """Decisions wait to be added up that no event of theirs brings on: those from before there were sums."""
