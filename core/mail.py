"""Mail: real MIME messages, to SMTP or, in the embedded default, to `.eml` files."""

import os
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import aiosmtplib

from core.clock import now
from core.settings import settings

LONGEST_SUBJECT = 200


def compose(to: str, subject: str, text: str, html: str, language: str) -> EmailMessage:
    """A message with a plain and an HTML part. `EmailMessage` itself refuses line breaks in headers."""
    name, address = parseaddr(settings().mail_from)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=address.partition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language  # last: setting the content takes away what was said about it
    return message


def _one_line(subject: str) -> str:
    """Encoded words are taken apart: `EmailMessage` decodes them, and one that hides a line break would end the header
    (CVE-2024-6923, in every Python 3.11 before 3.11.10)."""
    line = " ".join(subject.split()).replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


async def send(message: EmailMessage) -> None:
    if settings().smtp_url:
        await _to_smtp(message, settings().smtp_url)
    else:
        _to_file(message, settings().data_dir / "mail")


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
