"""Receiving answers. A link is spent by its first answer; retries get the confirmation of that answer again."""

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Database, insert_new
from core.errors import Conflict, Invalid
from core.i18n import gettext as _
from core.ids import ordered_id
from core.outbox import announce
from surveys import queries
from surveys.events import ResponseReceived
from surveys.models import Invitation, Response
from surveys.rules.answers import checked_answers
from surveys.schemas import Answers, Asked, Receipt, Submission


async def answer(db: Database, asked: Asked, submission: Submission) -> Receipt:
    """Check first, then store in one transaction: what is refused never holds up a writer."""
    answers = _checked(asked, submission)
    async with db.write() as session:
        return await store_response(session, asked, submission, answers)


def _checked(asked: Asked, submission: Submission) -> Answers:
    try:
        return checked_answers(asked.survey, submission.given)
    except Invalid as wrong:
        if asked.answered:  # nothing that is corrected now could still be stored
            raise _spent() from wrong
        raise


async def store_response(session: AsyncSession, asked: Asked, submission: Submission, answers: Answers) -> Receipt:
    """Spend the invitation, keep the answers, announce them: one commit. Whoever comes second stores nothing."""
    moment, response_id = now(), ordered_id()
    spend = update(Invitation).where(col(Invitation.id) == asked.invitation_id, col(Invitation.answered_at).is_(None))
    spent: CursorResult[Any] = await session.exec(spend.values(answered_at=moment))
    if not spent.rowcount:
        return await _repeated(session, asked.invitation_id, submission, answers)
    row = {
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
        "received_at": moment,
    }
    await insert_new(session, Response, [row])
    await announce(session, ResponseReceived(str(response_id)))
    return Receipt(str(row["confirmation"]), new=True)


async def _repeated(session: AsyncSession, invitation_id: UUID, submission: Submission, answers: Answers) -> Receipt:
    """The same form sent again is confirmed again; anything else comes too late."""
    kept = await queries.response_to(session, invitation_id)
    if (
        kept
        and kept.submission_key == submission.submission_key
        and (kept.answers, kept.comment, kept.may_contact) == (answers.entries, answers.comment, answers.may_contact)
    ):
        return Receipt(kept.confirmation, new=False)
    raise _spent()


def _spent() -> Conflict:
    return Conflict(_("This survey has been answered already. The first answer counts, and stays as it is."))


def _new_confirmation() -> str:
    """Digits in groups: they read the same in every language, aloud too."""
    digits = f"{secrets.randbelow(10**12):012d}"
    return "-".join((digits[:4], digits[4:8], digits[8:]))
