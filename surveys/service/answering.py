"""Receiving answers. A link is spent by its first answer; retries get the confirmation of that answer again."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context, copy_context
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct, field
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Database
from core.errors import Conflict, Invalid, NotFound, TouchstoneError
from core.i18n import gettext as _
from core.ids import keyed_hash, ordered_id
from core.recorder import recorder
from surveys import queries
from surveys.models import Mode, Response
from surveys.rules.answers import checked_answers
from surveys.schemas import Answers, Asked, Receipt, Submission
from surveys.service.storing import store_new


class Arrived(Struct, frozen=True):
    """A submission whose answers were checked, on its way into the database."""

    asked: Asked
    submission: Submission
    answers: Answers
    at: datetime

    @property
    def key(self) -> UUID:
        """What there can be one answer to: the invitation, or the form that was filled in at an open address."""
        return self.asked.invitation_id or _open_id(self.asked, self.submission)


class Sent(Struct, frozen=True):
    """What came to a link. It is read once it is known what was asked, and in the sender's language."""

    token: str
    read: Callable[[Asked], Submission]
    spoken: Context = field(default_factory=copy_context)


class Taken(Struct, frozen=True):
    asked: Asked
    receipt: Receipt | None = None
    refused: TouchstoneError | None = None

    def confirmed(self) -> Receipt:
        if self.refused:
            raise self.refused
        return _confirmed(self.receipt)


async def take(db: Database, token: str, read: Callable[[Asked], Submission]) -> Taken:
    """Open the link, check, and store, with whoever else is sending: one transaction for the whole way of an answer.
    `NotFound` for a link that opens nothing."""
    return opened(await recorder(db, take_all, singly=True).record(Sent(token, read)))


def opened(taken: Taken | None) -> Taken:
    if taken is None:
        raise NotFound(_("This link does not lead to a survey, or is no longer valid."))
    return taken


async def take_all(session: AsyncSession, sent: Sequence[Sent]) -> list[Taken | None]:
    behind = await queries.behind_links(session, [one.token for one in sent])
    moment = now()
    read = [
        one.spoken.run(_read, one, asked, moment) if asked else None for one, asked in zip(sent, behind, strict=True)
    ]
    receipts = iter(await store_all(session, [one for one in read if isinstance(one, Arrived)]))
    return [_taken(asked, one, receipts) if asked else None for asked, one in zip(behind, read, strict=True)]


def _read(sent: Sent, asked: Asked, moment: datetime) -> Arrived | TouchstoneError:
    try:
        submission = sent.read(asked)
        return Arrived(asked, submission, _checked(asked, submission), moment)
    except (Invalid, Conflict) as refused:
        return refused


def _taken(asked: Asked, read: Arrived | TouchstoneError | None, receipts: Iterator[Receipt | None]) -> Taken:
    return Taken(asked, refused=read) if isinstance(read, TouchstoneError) else Taken(asked, next(receipts))


async def answer(db: Database, asked: Asked, submission: Submission) -> Receipt:
    """Check first, then store in one transaction with whoever else is waiting: what is refused holds up nobody."""
    arrived = Arrived(asked, submission, _checked(asked, submission), now())
    return _confirmed(await recorder(db, store_all, singly=True).record(arrived))


def _checked(asked: Asked, submission: Submission) -> Answers:
    try:
        return checked_answers(asked.survey, submission.given, asked.attributes)
    except Invalid as wrong:
        if asked.answered and not asked.changeable:  # nothing that is corrected now could still be stored
            raise _spent() from wrong
        raise


async def store_response(session: AsyncSession, asked: Asked, submission: Submission, answers: Answers) -> Receipt:
    """One alone, in a transaction that somebody else began."""
    [receipt] = await store_all(session, [Arrived(asked, submission, answers, now())])
    return _confirmed(receipt)


def _confirmed(receipt: Receipt | None) -> Receipt:
    if receipt is None:
        raise _spent()
    return receipt


async def store_all(session: AsyncSession, arrived: Sequence[Arrived]) -> list[Receipt | None]:
    """Spend the invitations, keep the answers, announce them: one commit. Whoever comes second stores nothing, and
    gets the first one's confirmation for the same answers; None for others."""
    if not arrived:
        return []
    moment, first = arrived[0].at, {one.key: one for one in reversed(arrived)}
    rows = {key: _row(one, moment) for key, one in first.items()}
    new = await store_new(session, rows, {key: _due(one, moment) for key, one in first.items()}, moment)
    return [
        Receipt(rows[one.key]["confirmation"], new=True)
        if one.key in new and first[one.key] is one
        else await _once_more(session, one)
        for one in arrived
    ]


def _due(one: Arrived, moment: datetime) -> datetime | None:
    """An answer that may still be changed is read when it can no longer be; anonymous ones are given on a day later,
    all of a day at once."""
    definition = one.asked.survey.definition
    if one.asked.invitation_id:
        return moment + timedelta(minutes=definition.edit_minutes)
    return None if definition.mode is Mode.ANONYMOUS else moment


def _row(one: Arrived, moment: datetime) -> dict[str, Any]:
    asked, open_ = one.asked, one.asked.invitation_id is None
    anonymous = open_ and asked.survey.definition.mode is Mode.ANONYMOUS
    return {
        "id": one.key if open_ else ordered_id(),
        "invitation_id": asked.invitation_id,
        "version_id": asked.survey.version_id,
        "ticket_id": asked.ticket_id,
        "person_id": asked.person_id,
        "submission_key": "" if open_ else one.submission.submission_key,
        "confirmation": new_confirmation(),
        "language": one.submission.language,
        "answers": one.answers.entries,
        "comment": one.answers.comment,
        "may_contact": one.answers.may_contact,
        "received_at": moment.replace(hour=0, minute=0, second=0, microsecond=0) if anonymous else moment,
    }


def _open_id(asked: Asked, submission: Submission) -> UUID:
    """From the form's own key, so that a form sent twice is one answer; nothing leads back from it."""
    digest = keyed_hash("open answer", f"{asked.survey.version_id} {submission.submission_key}")
    return UUID(hex=digest[:32], version=4)


async def _once_more(session: AsyncSession, one: Arrived) -> Receipt | None:
    """The same form sent again is confirmed again; anything else comes too late, or changes the answer in time."""
    invitation = one.asked.invitation_id
    if invitation is None:
        kept = await queries.response_by_id(session, one.key)
        return Receipt(kept.confirmation, new=False) if kept and _same(kept, one.answers) else None
    kept = await queries.response_to(session, invitation)
    if kept and kept.submission_key == one.submission.submission_key and _same(kept, one.answers):
        return Receipt(kept.confirmation, new=False)
    if kept and one.asked.changeable:
        return await _change(session, kept, one.submission, one.answers)
    return None


def _same(kept: Response, answers: Answers) -> bool:
    said = (answers.entries, answers.comment, answers.may_contact)
    return (kept.answers, kept.comment, kept.may_contact) == said


async def _change(session: AsyncSession, kept: Response, submission: Submission, answers: Answers) -> Receipt:
    kept.answers, kept.comment, kept.may_contact = answers.entries, answers.comment, answers.may_contact
    kept.submission_key, kept.language = submission.submission_key, submission.language
    session.add(kept)
    return Receipt(kept.confirmation, new=True)


def _spent() -> Conflict:
    return Conflict(_("This survey has been answered already. The first answer counts, and stays as it is."))


def new_confirmation() -> str:
    """Digits in groups: they read the same in every language, aloud too."""
    digits = f"{int.from_bytes(os.urandom(8)) % 10**12:012d}"  # the remainder favours none by more than 1 in 10**7
    return "-".join((digits[:4], digits[4:8], digits[8:]))
