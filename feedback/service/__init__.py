from feedback.service.receiving import check, receive
from feedback.service.telling import tell

__all__ = ["check", "receive", "tell"]
