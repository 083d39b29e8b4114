"""What comes in (typed on a page, sent by a program) and what goes out (to managers, authors, the analysis)."""

from feedback.schemas.inbox import Desk, InboxItem, Merged, Near, Position, Search, Waiting
from feedback.schemas.person import Kept
from feedback.schemas.said import (
    BEST,
    LONGEST_KEY,
    LONGEST_NAME,
    LONGEST_TEXT,
    WORST,
    Contact,
    FeedbackBody,
    FeedbackVoice,
    Received,
    Said,
    percent,
)
from feedback.schemas.threads import Action, MessageBody, ReceiptBody, ReplyBody, ThreadMessage, ThreadOut

__all__ = [
    "BEST",
    "LONGEST_KEY",
    "LONGEST_NAME",
    "LONGEST_TEXT",
    "WORST",
    "Action",
    "Contact",
    "Desk",
    "FeedbackBody",
    "FeedbackVoice",
    "InboxItem",
    "Kept",
    "Merged",
    "MessageBody",
    "Near",
    "Position",
    "ReceiptBody",
    "Received",
    "ReplyBody",
    "Said",
    "Search",
    "ThreadMessage",
    "ThreadOut",
    "Waiting",
    "percent",
]
