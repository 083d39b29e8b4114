from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class FeedbackReceived(Event):
    feedback_id: str
