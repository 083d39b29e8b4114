"""Mails that people write: as feedback of their own, or as an answer to one of our mails.

Idempotent by Message-ID, whichever way a mail came: by the pipe, by IMAP, or by both.
"""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from hashlib import sha256
from html import unescape
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.auth.rules import checked_email
from core.errors import Invalid
from feedback.models import Channel, Feedback, Kind, Matter, Message
from feedback.schemas import LONGEST_TEXT, Received, Said
from feedback.service.receiving import author_of, receive
from feedback.service.telling import hear_more

QUOTED = re.compile(
    r"^(>|On .* wrote:$|-----\s*(Original Message|原始邮件)\s*-----|发件人：|在 .* 写道：|.*写道：$)", re.MULTILINE
)
OURS = re.compile(r"<feedback-([0-9a-f]{32})@")


async def take_mail(session: AsyncSession, content: bytes) -> Received | None:
    """None when nobody wrote it (a bounce, an automatic answer, a mailing list) or nothing stands in it."""
    message = BytesParser(policy=policy.default).parsebytes(content)
    if _by_a_program(message):
        return None
    name, address = _author(message)
    key = sha256(str(message.get("Message-ID", "")).strip().encode() or content).hexdigest()
    if (matter := await _answered(session, message, address)) and (words := _words(message, subject=False)):
        return Received(matter.id, new=await hear_more(session, matter, key, words))
    text = _words(message, subject=True)
    if not text:
        return None
    said = Said(
        source="mail",
        submission_key=key,
        text=text,
        kind=Kind.QUESTION.value,
        channel=Channel.MAIL.value,
        author_name=name,
        author_email=address,
    )
    return await receive(session, said)


def _by_a_program(message: EmailMessage) -> bool:
    automatic = str(message.get("Auto-Submitted", "no")).lower() != "no"
    listed = str(message.get("Precedence", "")).lower() in ("bulk", "list", "junk") or "List-Id" in message
    nobody = str(message.get("Return-Path", "")).strip() == "<>"
    return automatic or listed or nobody or message.get_content_type() == "multipart/report"


def _author(message: EmailMessage) -> tuple[str, str]:
    """Name and address. An address that nobody could answer is left out; the mail counts all the same."""
    name, address = parseaddr(str(message.get("From", "")))
    try:
        checked_email(address.lower())
    except Invalid:
        return name[:200], ""
    return name[:200], address.lower()


async def _answered(session: AsyncSession, message: EmailMessage, address: str) -> Matter | None:
    """The matter that a mail goes on with: it names a mail of ours, and comes from whom that was sent to."""
    for told in OURS.findall(f"{message.get('In-Reply-To', '')} {message.get('References', '')}"):
        ours = await session.get(Message, UUID(told))
        author = await session.get(Feedback, ours.matter_id) if ours else None
        if author and address and author_of(author)[1] == address:
            return await session.get(Matter, author.id)
    return None


def _words(message: EmailMessage, subject: bool) -> str:
    """Plain text without what was quoted of an earlier mail, after the subject where it is wanted."""
    part = message.get_body(preferencelist=("plain", "html"))
    try:
        body = part.get_content() if part else ""
    except (LookupError, UnicodeDecodeError):
        body = ""
    if part and part.get_content_subtype() == "html":
        body = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?is)<(style|script|blockquote).*?</\1>", " ", body)))
    body = body.replace("\r\n", "\n")  # as mails travel: a pattern for the end of a line does not see it otherwise
    quoted = QUOTED.search(body)
    said = (body[: quoted.start()] if quoted else body).strip()
    words = f"{message.get('Subject', '')}\n\n{said}" if subject else said
    return words.replace("\x00", "").strip()[:LONGEST_TEXT]
