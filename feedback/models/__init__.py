from feedback.models.anonymous import Gone, Receipt, SpentProof, Turn, WaitingMark, WaitingPost
from feedback.models.handling import Glass, Matter, Message, MessageKind, Reader, State
from feedback.models.said import Channel, Closeness, Feedback, Kind

__all__ = [
    "Channel",
    "Closeness",
    "Feedback",
    "Glass",
    "Gone",
    "Kind",
    "Matter",
    "Message",
    "MessageKind",
    "Reader",
    "Receipt",
    "SpentProof",
    "State",
    "Turn",
    "WaitingMark",
    "WaitingPost",
]
