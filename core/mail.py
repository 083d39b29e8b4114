"""Mail: real MIME messages, to SMTP or, in the embedded default, to `.eml` files."""

import os
import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import aiosmtplib
from aiosmtplib import SMTPConnectError, SMTPRecipientsRefused, SMTPServerDisconnected, SMTPTimeoutError

from core.clock import now
from core.settings import settings

LONGEST_SUBJECT = 200
STATUS = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")
# 5.7: who may send, not who is written to. A wrong setting of the mail server must not cost everybody their address.
POLICY = "5.7."
AWAY = (SMTPConnectError, SMTPServerDisconnected, SMTPTimeoutError)


class AddressRefused(Exception):
    """The mail server says for good that there is no such mailbox. `code`: enhanced status, or the reply code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ServerAway(Exception):
    """The mail server cannot be reached, or says that it is busy."""


def compose(
    to: str,
    subject: str,
    text: str,
    html: str,
    language: str,
    message_id: str = "",
    headers: Mapping[str, str] | None = None,
    attached: Mapping[str, bytes] | None = None,
) -> EmailMessage:
    """A message with a plain and an HTML part. `EmailMessage` itself refuses line breaks in headers.

    `message_id`: the part before the @, where bounces have to find their way back. `attached`: PDF files by name.
    """
    name, address = parseaddr(settings().mail_from)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(now())
    domain = address.partition("@")[2] or "localhost"
    message["Message-ID"] = f"<{message_id}@{domain}>" if message_id else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    for header, value in (headers or {}).items():
        message[header] = value
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for file_name, content in (attached or {}).items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=file_name)
    message["Content-Language"] = language  # last: setting the content takes away what was said about it
    return message


def _one_line(subject: str) -> str:
    """Encoded words are taken apart: `EmailMessage` decodes them, and one that hides a line break would end the header
    (CVE-2024-6923, in every Python 3.11 before 3.11.10)."""
    line = " ".join(subject.split()).replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


async def send(message: EmailMessage) -> None:
    if not settings().smtp_url:
        _to_file(message, settings().data_dir / "mail")
        return
    try:
        await _to_smtp(message, settings().smtp_url)
    except AWAY as error:
        raise ServerAway from error
    except SMTPRecipientsRefused as error:
        raise _refusal(error) from error


def _refusal(error: SMTPRecipientsRefused) -> Exception:
    """One recipient a mail: the first answer is the only one."""
    answer = error.recipients[0]
    found = STATUS.search(answer.message)
    code = found[1] if found else str(answer.code)
    return AddressRefused(code) if answer.code >= 500 and not code.startswith(POLICY) else error


async def _to_smtp(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    await aiosmtplib.send(
        message,
        hostname=parts.hostname or "localhost",
        port=parts.port or (465 if parts.scheme == "smtps" else 25),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=parts.scheme == "smtps",
        timeout=30,
    )


def _to_file(message: EmailMessage, folder: Path) -> None:
    """Written under another name first: whoever watches the folder never sees half a mail."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{now():%Y%m%dT%H%M%S}-{uuid4().hex[:12]}"
    unfinished = folder / f".{name}.part"
    unfinished.write_bytes(message.as_bytes())
    os.replace(unfinished, folder / f"{name}.eml")
