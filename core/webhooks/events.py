from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class WebhookDue(Event):
    """An endpoint is to be told of something, for the first time or again."""

    message_id: str
