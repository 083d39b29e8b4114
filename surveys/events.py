from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class InvitationDecided(Event):
    """Somebody is to be asked: the mail is due."""

    invitation_id: str


@dataclass(frozen=True)
class ResponseReceived(Event):
    response_id: str
