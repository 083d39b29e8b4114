"""Reminding those who were asked and have not answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core import mail
from core.clock import now
from core.db import Database
from core.outbox import announce
from core.settings import settings
from surveys import queries
from surveys.events import ReminderDue
from surveys.models import Invitation, TroubleKind
from surveys.rules.clocks import free_again
from surveys.rules.hours import next_allowed, zone_of
from surveys.schemas import Letter
from surveys.service.inviting import LONGEST_CLOCK, hold_people
from surveys.service.letters import written
from surveys.service.links import new_link, new_opt_out_link
from surveys.service.mail_trouble import record_trouble
from surveys.service.marks import mark_asked, unmark

NEXT_LOOK = timedelta(minutes=10)


async def announce_reminder(session: AsyncSession, letter: Letter) -> None:
    """The next reminder, if the trigger has one left, at an hour that suits the person."""
    if letter.reminder >= letter.trigger.reminders:
        return
    zone = zone_of(*letter.zones, settings().time_zone)
    due = now() + timedelta(days=letter.trigger.reminder_days)
    due = next_allowed(due, letter.trigger.hours, await queries.asking_policy(session), zone)
    await announce(session, ReminderDue(str(letter.invitation_id)), not_before=due)


@dataclass(frozen=True)
class _Taken:
    """A reminder that is ours to send; `mark`: what it left for the clock of the person."""

    url: str
    opt_out_url: str
    mark: UUID | None


async def remind_all(db: Database, invitation_ids: Sequence[UUID]) -> None:
    """Taken before it is sent: a crash in between loses a reminder, and never sends one twice. Where the mail server
    is away it is given back, and sent when that is there again, as long as the link is good."""
    async with db.read() as session:
        letters = await queries.reminders_due(session, invitation_ids, now())
    away = False
    for letter in letters:
        if away:
            await _later(db, letter)
            continue
        async with db.write() as session:
            taken = await _take(session, letter)
        away = taken is not None and not await _send(db, letter, taken)


async def _take(session: AsyncSession, letter: Letter) -> _Taken | None:
    """None: somebody else has it, or the person's clock forbids it."""
    await hold_people(session, [letter.person_id])
    if letter.trigger.reminders_count and not await _may_count(session, letter):
        return None
    nth = update(Invitation).where(
        col(Invitation.id) == letter.invitation_id, col(Invitation.reminded) == letter.reminder - 1
    )
    taken: CursorResult[Any] = await session.exec(nth.values(reminded=letter.reminder))
    if not taken.rowcount:
        return None
    mark = await mark_asked(session, letter.person_id, None, now().date()) if letter.trigger.reminders_count else None
    url = await new_link(session, letter.invitation_id, letter.expires_at or now())
    return _Taken(url, await new_opt_out_link(session, letter.invitation_id), mark)


async def _later(db: Database, letter: Letter, mark: UUID | None = None) -> None:
    """Given back, and looked at again soon."""
    mine = col(Invitation.id) == letter.invitation_id, col(Invitation.reminded) == letter.reminder
    async with db.write() as session:
        await session.exec(update(Invitation).where(*mine).values(reminded=letter.reminder - 1))
        if mark:
            await unmark(session, mark)
        await announce(session, ReminderDue(str(letter.invitation_id)), not_before=now() + NEXT_LOOK)


async def _may_count(session: AsyncSession, letter: Letter) -> bool:
    """The survey's own clock is between two questionnaires; a reminder is about the same one."""
    asks = (await queries.asks_of(session, [letter.person_id], now() - LONGEST_CLOCK))[letter.person_id]
    free, _clock = free_again(asks, letter.survey_id, 0, await queries.asking_policy(session))
    return free is None or free <= now()


async def _send(db: Database, letter: Letter, taken: _Taken) -> bool:
    """False: the mail server is away."""
    async with db.read() as session:
        survey = await queries.published(session, letter.version_id)
    try:
        await mail.send(written(letter, survey, taken.url, taken.opt_out_url, letter.expires_at or now()))
    except mail.ServerAway:
        await _later(db, letter, taken.mark)
        return False
    except mail.AddressRefused as refused:
        async with db.write() as session:
            await record_trouble(session, letter.invitation_id, TroubleKind.BOUNCE, refused.code)
        return True
    async with db.write() as session:
        await announce_reminder(session, letter)
    return True
