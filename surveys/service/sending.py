"""Sending invitations. The link is in the database before the mail is on its way, and marked as sent after it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from aiosmtplib import SMTPConnectError
from babel.dates import format_date
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core import i18n, mail, pages
from core.clock import now
from core.db import Database
from core.i18n import gettext as _
from core.outbox import announce
from core.settings import settings
from surveys import queries
from surveys.events import InvitationDecided
from surveys.models import Invitation
from surveys.rules.asking import expiry, last_day
from surveys.schemas import Letter, Published
from surveys.service.links import new_link

log = logging.getLogger(__name__)

AT_ONCE = 8
NEXT_LOOK = timedelta(minutes=10)
# Beyond it the address of the mail server is more likely wrong than the server away: a person has to look.
PATIENCE = timedelta(days=3)
LONGEST_LINE = 120
LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}


async def send_all(db: Database, invitation_ids: Sequence[UUID]) -> list[UUID]:
    """Send what is still due; returns what has to wait because the mail server is away.

    A mail that fails for another reason fails alone: the others go out, then the failure is raised.
    """
    async with db.read() as session:
        letters = await queries.letters_due(session, invitation_ids)
        surveys = {letter.version_id: await queries.published(session, letter.version_id) for letter in letters}
    places, waiting = asyncio.Semaphore(AT_ONCE), list[UUID]()

    async def send_in_turn(letter: Letter) -> None:
        async with places:
            if waiting or not await _reached(db, letter, surveys[letter.version_id]):
                waiting.append(letter.invitation_id)

    outcomes = await asyncio.gather(*map(send_in_turn, letters), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return waiting


async def look_again(session: AsyncSession, invitation_ids: Sequence[UUID]) -> None:
    """An outage of the mail server uses up no tries: the mails wait for it, and are told of again."""
    if invitation_ids:
        log.warning("the mail server cannot be reached; %d mails wait", len(invitation_ids))
    waiting = (InvitationDecided(str(invitation_id)) for invitation_id in invitation_ids)
    await announce(session, *waiting, not_before=now() + NEXT_LOOK)


async def _reached(db: Database, letter: Letter, survey: Published) -> bool:
    try:
        await _send(db, letter, survey)
    except SMTPConnectError:
        if now() - letter.decided_at > PATIENCE:
            raise
        return False
    return True


async def _send(db: Database, letter: Letter, survey: Published) -> None:
    """A crash between mail and mark sends a second mail with a link of its own; the first answer spends both."""
    expires_at = expiry(now(), letter.valid_days)
    async with db.write() as session:
        url = await new_link(session, letter.invitation_id, expires_at)
    await mail.send(written(letter, survey, url, expires_at))
    async with db.write() as session:
        await mark_sent(session, letter.invitation_id)


async def mark_sent(session: AsyncSession, invitation_id: UUID) -> None:
    sent = update(Invitation).where(col(Invitation.id) == invitation_id, col(Invitation.sent_at).is_(None))
    await session.exec(sent.values(sent_at=now()))


def written(letter: Letter, survey: Published, url: str, expires_at: datetime) -> EmailMessage:
    i18n.use(letter.language)
    ticket, service = one_line(letter.ticket), one_line(letter.service)
    context = {
        "survey": survey.definition,
        "ticket": ticket,
        "summary": one_line(letter.summary),
        "service": service,
        "url": url,
        "until": format_date(last_day(expires_at), "long", locale=LOCALES[letter.language]),
        "min_group": settings().min_group,
    }
    subject = _("Your ticket %(ticket)s: how was it for you?") % {"ticket": ticket}
    text, html = (pages.render(f"surveys/mail.{part}", **context) for part in ("txt", "html"))
    return mail.compose(letter.to, subject, text, html, letter.language)


def one_line(text: str) -> str:
    """Words of others for a header or a sentence: one line, not too long, and nothing that a header decodes."""
    visible = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST_LINE])
    line = " ".join(visible.replace("=?", "= ?").split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
