"""What a mail that came back says: which invitation it was, and whether the mailbox is gone for good.

Delivery reports are RFC 3464, complaints RFC 5965; both bring the headers of the mail they are about.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from uuid import UUID

from surveys.models import TroubleKind
from surveys.schemas import Returned

MARK = 20
LARGEST = 1024 * 1024
OURS = re.compile(rf"<([0-9a-f]{{32}})\.([0-9a-f]{{{MARK}}})@[^>\s]*>")
LASTING = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")


def returned_mail(content: bytes) -> Returned | None:
    """None: no report, one about another's mail, or a delay after which the mail may still arrive."""
    message = message_from_bytes(content[:LARGEST], policy=policy.compat32)
    about = _about(message)
    told = _delivery(message) if about else None
    if not about or not told:
        return None
    return Returned(invitation_id=UUID(about[1]), mark=about[2], kind=told[0], code=told[1])


def _about(message: Message) -> re.Match[str] | None:
    """The Message-ID of the mail that came back stands in its headers, which are a part of the report."""
    for part in message.walk():
        held = str(part.get_payload()) if part.get_content_type() == "text/rfc822-headers" else ""
        inner = "" if part is message else str(part.get("Message-ID", ""))
        if found := OURS.search(f"{inner}\n{held}"):
            return found
    return None


def _delivery(message: Message) -> tuple[TroubleKind, str] | None:
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            return TroubleKind.COMPLAINT, "complaint"
        if part.get_content_type() == "message/delivery-status":
            return next(_failures(part), None)
    return None


def _failures(report: Message) -> Iterator[tuple[TroubleKind, str]]:
    for fields in report.walk():
        status = LASTING.search(str(fields.get("Status", "")))
        if status and str(fields.get("Action", "failed")).strip().lower() == "failed":
            yield TroubleKind.BOUNCE, status[0]
