"""Mail-in by IMAP: the unseen mails of one mailbox are taken in, and marked as seen once they are stored.

A mailbox that is away for a while costs time and nothing else, so a look that fails is no failed job: another comes.
"""

import asyncio
import imaplib
import logging
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core import log as logs
from core.clock import now
from core.db import UNAVAILABLE, Database
from core.errors import Misconfigured
from core.outbox import Fact, announce
from core.settings import settings
from feedback.events import MailboxLookDue
from feedback.service.incoming import take_mail

log = logging.getLogger(__name__)

SECONDS = 30
MOST_AT_ONCE = 200
LARGEST_MAIL = 10_000_000  # bytes
AWAY = (OSError, imaplib.IMAP4.error)


@dataclass
class Looked:
    """`passed_over`: nobody wrote them (bounces, automatic answers). `refused`: they stand flagged in the mailbox."""

    new: int = 0
    known: int = 0
    passed_over: int = 0
    refused: int = 0
    away: bool = False


async def begin_looks(session: AsyncSession) -> None:
    """Where a mailbox is set, and no look into it is planned yet."""
    planned = select(Fact.id).where(Fact.name == MailboxLookDue.__name__).limit(1)
    if settings().imap_url and (await session.exec(planned)).first() is None:
        await announce(session, MailboxLookDue())


async def next_look(session: AsyncSession) -> None:
    if settings().imap_url:
        await announce(session, MailboxLookDue(), not_before=now() + timedelta(minutes=settings().imap_minutes))


async def look(db: Database) -> Looked:
    """Take in what is unseen, mail by mail. Twice, or after a crash in the middle, it changes nothing."""
    looked = Looked()
    if not settings().imap_url:
        return looked
    try:
        mailbox = await asyncio.to_thread(_Mailbox)
    except AWAY as error:
        log.warning("the mailbox cannot be looked into: %s", logs.cause(error))
        looked.away = True
        return looked
    try:
        for uid in await asyncio.to_thread(mailbox.unseen):
            content = await asyncio.to_thread(mailbox.content, uid)
            await asyncio.to_thread(mailbox.mark, uid, not await _taken(db, content, looked))
    except AWAY as error:
        log.warning("the look into the mailbox broke off: %s", logs.cause(error))
        looked.away = True
    finally:
        await asyncio.to_thread(mailbox.leave)
    if looked.refused:
        log.warning("%d mails could not be taken in; they stand flagged in the mailbox", looked.refused)
    return looked


async def _taken(db: Database, content: bytes | None, looked: Looked) -> bool:
    if content is None:
        looked.refused += 1
        return False
    try:
        async with db.write() as session:
            received = await take_mail(session, content)
    except UNAVAILABLE:
        raise  # the mail is fine: it waits in the mailbox for the database
    except Exception as error:  # whatever somebody sends, the mails behind it have to come in
        log.info("a mail was refused: %s", logs.cause(error))
        looked.refused += 1
        return False
    if received is None:
        looked.passed_over += 1
    elif received.new:
        looked.new += 1
    else:
        looked.known += 1
    return True


class _Mailbox:
    """A signed-in look into one folder. Blocking: for a thread."""

    def __init__(self) -> None:
        parts = urlsplit(settings().imap_url)
        self._imap = _connected(parts.scheme, parts.hostname or "", parts.port)
        _sign_in(self._imap, unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        kind, _told = self._imap.select(f'"{folder}"')
        if kind != "OK":
            raise imaplib.IMAP4.error("there is no such folder")

    def unseen(self) -> list[str]:
        _kind, found = self._imap.uid("SEARCH", "UNSEEN")
        uids = (found[0] or b"").decode().split()
        return uids[:MOST_AT_ONCE]

    def content(self, uid: str) -> bytes | None:
        """As it came, and not marked by looking. None: larger than is read here."""
        _kind, told = self._imap.uid("FETCH", uid, "(RFC822.SIZE)")
        size = int(bytes(told[0]).split(b"RFC822.SIZE ")[1].split(b" ")[0].rstrip(b")"))
        if size > LARGEST_MAIL:
            return None
        _kind, told = self._imap.uid("FETCH", uid, "(BODY.PEEK[])")
        return next(bytes(part[1]) for part in told if isinstance(part, tuple))

    def mark(self, uid: str, flagged: bool) -> None:
        self._imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Flagged)" if flagged else r"(\Seen)")

    def leave(self) -> None:
        with suppress(*AWAY):
            self._imap.logout()


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=ssl.create_default_context(), timeout=SECONDS)
    opened = imaplib.IMAP4(host, port or 143, timeout=SECONDS)
    if "STARTTLS" in opened.capabilities:
        opened.starttls(ssl.create_default_context())
    elif not _here(host):
        raise imaplib.IMAP4.error("no password is sent over an open line")
    return opened


def _sign_in(imap: imaplib.IMAP4, user: str, password: str) -> None:
    """LOGIN takes ASCII alone."""
    if "AUTH=PLAIN" in imap.capabilities:
        imap.authenticate("PLAIN", lambda _asked: f"\0{user}\0{password}".encode())
    else:
        imap.login(f'"{user}"', password)


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_address(url: str) -> None:
    """Refuse at the start what could never be looked into."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username):
        raise Misconfigured("TOUCHSTONE_IMAP_URL is written like imaps://user:password@mail.example.org/INBOX")
