"""The mails that an embedded installation wrote."""

import email
import email.policy
from email.message import EmailMessage

from core.settings import settings


def mails() -> list[EmailMessage]:
    """What lies in the mail folder, oldest first."""
    return [read_mail(path.read_bytes()) for path in sorted((settings().data_dir / "mail").glob("*.eml"))]


def read_mail(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body(preferencelist=(kind,))
    assert part
    return str(part.get_content())
