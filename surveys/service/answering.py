"""Receiving answers. A link is spent by its first answer; retries get the confirmation of that answer again."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Database, insert_new
from core.errors import Conflict, Invalid
from core.i18n import gettext as _
from core.ids import keyed_hash, ordered_id
from core.outbox import announce
from surveys import queries
from surveys.events import ResponseReceived
from surveys.models import Invitation, Mode, Response
from surveys.rules.answers import checked_answers
from surveys.schemas import Answers, Asked, Receipt, Submission


async def answer(db: Database, asked: Asked, submission: Submission) -> Receipt:
    """Check first, then store in one transaction: what is refused never holds up a writer."""
    answers = _checked(asked, submission)
    async with db.write() as session:
        if asked.invitation_id is None:
            return await _store_open(session, asked, submission, answers)
        return await store_response(session, asked, submission, answers)


def _checked(asked: Asked, submission: Submission) -> Answers:
    try:
        return checked_answers(asked.survey, submission.given, asked.attributes)
    except Invalid as wrong:
        if asked.answered and not asked.changeable:  # nothing that is corrected now could still be stored
            raise _spent() from wrong
        raise


async def store_response(session: AsyncSession, asked: Asked, submission: Submission, answers: Answers) -> Receipt:
    """Spend the invitation, keep the answers, announce them: one commit. Whoever comes second stores nothing."""
    moment, response_id = now(), ordered_id()
    spend = update(Invitation).where(col(Invitation.id) == asked.invitation_id, col(Invitation.answered_at).is_(None))
    spent: CursorResult[Any] = await session.exec(spend.values(answered_at=moment))
    if not spent.rowcount:
        return await _once_more(session, asked, submission, answers)
    row = _row(asked, submission, answers, response_id, moment)
    await insert_new(session, Response, [row])
    # An answer that may still be changed is read when it can no longer be.
    settled = moment + timedelta(minutes=asked.survey.definition.edit_minutes)
    await announce(session, ResponseReceived(str(response_id)), not_before=settled)
    return Receipt(str(row["confirmation"]), new=True)


def _row(
    asked: Asked, submission: Submission, answers: Answers, response_id: UUID, received_at: datetime
) -> dict[str, Any]:
    return {
        "id": response_id,
        "invitation_id": asked.invitation_id,
        "version_id": asked.survey.version_id,
        "ticket_id": asked.ticket_id,
        "person_id": asked.person_id,
        "submission_key": submission.submission_key,
        "confirmation": _new_confirmation(),
        "language": submission.language,
        "answers": answers.entries,
        "comment": answers.comment,
        "may_contact": answers.may_contact,
        "received_at": received_at,
    }


async def _once_more(session: AsyncSession, asked: Asked, submission: Submission, answers: Answers) -> Receipt:
    """The same form sent again is confirmed again; anything else comes too late, or changes the answer in time."""
    kept = await queries.response_to(session, asked.invitation_id) if asked.invitation_id else None
    if kept and kept.submission_key == submission.submission_key and _same(kept, answers):
        return Receipt(kept.confirmation, new=False)
    if kept and asked.changeable:
        return await _change(session, kept, submission, answers)
    raise _spent()


def _same(kept: Response, answers: Answers) -> bool:
    said = (answers.entries, answers.comment, answers.may_contact)
    return (kept.answers, kept.comment, kept.may_contact) == said


async def _change(session: AsyncSession, kept: Response, submission: Submission, answers: Answers) -> Receipt:
    kept.answers, kept.comment, kept.may_contact = answers.entries, answers.comment, answers.may_contact
    kept.submission_key, kept.language = submission.submission_key, submission.language
    session.add(kept)
    return Receipt(kept.confirmation, new=True)


async def _store_open(session: AsyncSession, asked: Asked, submission: Submission, answers: Answers) -> Receipt:
    """The id comes from the form's own key, so that a form sent twice is one answer; nothing leads back from it."""
    digest = keyed_hash("open answer", f"{asked.survey.version_id} {submission.submission_key}")
    response_id, anonymous = UUID(hex=digest[:32], version=4), asked.survey.definition.mode is Mode.ANONYMOUS
    moment = now()
    received = moment.replace(hour=0, minute=0, second=0, microsecond=0) if anonymous else moment
    row = _row(asked, submission, answers, response_id, received) | {"submission_key": ""}
    if not await insert_new(session, Response, [row]):
        kept = await queries.response_by_id(session, response_id)
        if kept and _same(kept, answers):
            return Receipt(kept.confirmation, new=False)
        raise _spent()
    if not anonymous:  # those are given on a day later, all of a day at once
        await announce(session, ResponseReceived(str(response_id)))
    return Receipt(str(row["confirmation"]), new=True)


def _spent() -> Conflict:
    return Conflict(_("This survey has been answered already. The first answer counts, and stays as it is."))


def _new_confirmation() -> str:
    """Digits in groups: they read the same in every language, aloud too."""
    digits = f"{secrets.randbelow(10**12):012d}"
    return "-".join((digits[:4], digits[4:8], digits[8:]))
