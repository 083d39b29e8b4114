"""Sending invitations. The link is in the database before the mail is on its way, and marked as sent after it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core import mail
from core.clock import now
from core.db import Database
from core.outbox import announce
from core.settings import settings
from surveys import queries
from surveys.events import InvitationDecided
from surveys.models import Invitation, TroubleKind
from surveys.rules.asking import expiry
from surveys.schemas import Letter, Published
from surveys.service.letters import written
from surveys.service.links import new_link, new_opt_out_link
from surveys.service.mail_trouble import record_trouble
from surveys.service.reminding import announce_reminder

log = logging.getLogger(__name__)

AT_ONCE = 8
NEXT_LOOK = timedelta(minutes=10)
NEXT_MINUTE = timedelta(minutes=1)
# Beyond it the address of the mail server is more likely wrong than the server away: a person has to look.
PATIENCE = timedelta(days=3)


async def send_all(db: Database, invitation_ids: Sequence[UUID]) -> list[UUID]:
    """Send what is still due; returns what has to wait: for the mail server, or for its pace.

    A mail that fails for another reason fails alone: the others go out, then the failure is raised.
    """
    async with db.read() as session:
        due = await queries.letters_due(session, invitation_ids)
        letters = due[: await _room(session)]
        surveys = {letter.version_id: await queries.published(session, letter.version_id) for letter in letters}
    places, waiting = asyncio.Semaphore(AT_ONCE), [letter.invitation_id for letter in due[len(letters) :]]
    away = asyncio.Event()

    async def send_in_turn(letter: Letter) -> None:
        async with places:
            if away.is_set() or not await _reached(db, letter, surveys[letter.version_id]):
                away.set()
                waiting.append(letter.invitation_id)

    outcomes = await asyncio.gather(*map(send_in_turn, letters), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return waiting


async def _room(session: AsyncSession) -> int | None:
    """How many mails the pace lets out now; None: any number."""
    most = settings().mail_per_minute
    return max(0, most - await queries.sent_lately(session, now())) if most else None


async def look_again(session: AsyncSession, invitation_ids: Sequence[UUID]) -> None:
    """What waits uses up no tries: neither an outage of the mail server, nor its pace, ever costs a mail."""
    if not invitation_ids:
        return
    paced = settings().mail_per_minute and await queries.sent_lately(session, now()) >= settings().mail_per_minute
    log.warning("%d mails wait for %s", len(invitation_ids), "their turn" if paced else "the mail server")
    waiting = (InvitationDecided(str(invitation_id)) for invitation_id in invitation_ids)
    await announce(session, *waiting, not_before=now() + (NEXT_MINUTE if paced else NEXT_LOOK))


async def _reached(db: Database, letter: Letter, survey: Published) -> bool:
    try:
        await _send(db, letter, survey)
    except mail.ServerAway:
        if now() - letter.decided_at > PATIENCE:
            raise
        return False
    except mail.AddressRefused as refused:
        async with db.write() as session:
            await record_trouble(session, letter.invitation_id, TroubleKind.BOUNCE, refused.code)
    return True


async def _send(db: Database, letter: Letter, survey: Published) -> None:
    """A crash between mail and mark sends a second mail with a link of its own; the first answer spends both."""
    expires_at = expiry(now(), letter.valid_days)
    async with db.write() as session:
        url = await new_link(session, letter.invitation_id, expires_at)
        opt_out_url = await new_opt_out_link(session, letter.invitation_id)
    await mail.send(written(letter, survey, url, opt_out_url, expires_at))
    async with db.write() as session:
        await mark_sent(session, letter.invitation_id)
        await announce_reminder(session, letter)


async def mark_sent(session: AsyncSession, *invitation_ids: UUID) -> None:
    sent = update(Invitation).where(col(Invitation.id).in_(invitation_ids), col(Invitation.sent_at).is_(None))
    await session.exec(sent.values(sent_at=now()))
