"""Answers of programs, in one way to PostgreSQL: which questions they answer is foreseen, not looked up before.

Most answers of an hour are to the same few versions. Which one it is the questions tell that were answered; whether
that is so the statement sees when it stores. What was not foreseen rightly, and whatever is refused, takes the way on
which the link is opened first, and hears there what is the matter.
"""

from collections.abc import Sequence
from contextvars import Context, copy_context
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Database
from core.errors import Invalid
from core.ids import keyed_hash, ordered_id
from core.recorder import recorder
from surveys.rules.answers import checked_answers, plan_of
from surveys.schemas import Answers, Asked, Published, Receipt, Submission
from surveys.service.answering import Sent, Taken, new_confirmation, opened, take_all
from surveys.service.storing import store_by_link

MOST_KNOWN = 8
_answered_of_late = list[Published]()  # the last one first


class Arrived(Struct, frozen=True):
    token: str
    submission: Submission
    spoken: Context = field(default_factory=copy_context)

    def read(self, _asked: Asked) -> Submission:
        return self.submission


async def receive(db: Database, token: str, submission: Submission) -> Receipt:
    """Stored, together with whoever else is sending. `NotFound` for a link that opens nothing."""
    receipt = await recorder(db, receive_all, singly=True).record(Arrived(token, submission))
    return receipt if isinstance(receipt, Receipt) else opened(receipt).confirmed()


async def receive_all(session: AsyncSession, arrived: Sequence[Arrived]) -> list[Receipt | Taken | None]:
    stored = await _foreseen(session, arrived)
    others = [one for one in arrived if id(one) not in stored]
    opened_first = await take_all(session, [Sent(one.token, one.read, one.spoken) for one in others])
    for taken in opened_first:
        if taken and taken.receipt:
            _remember(taken.asked.survey)
    rest = iter(opened_first)
    return [stored.get(id(one)) or next(rest) for one in arrived]


async def _foreseen(session: AsyncSession, arrived: Sequence[Arrived]) -> dict[int, Receipt]:
    """What could be stored at once, by the identity of what arrived. SQLite, where a look costs little, looks first."""
    if session.get_bind().dialect.name == "sqlite" or not _answered_of_late:
        return {}
    moment, first = now(), {one.token: one for one in reversed(arrived)}
    rows = {id(one): row for one in first.values() if (row := one.spoken.run(_row, one, moment))}
    new = await store_by_link(session, list(rows.values()), moment)
    return {key: Receipt(row["confirmation"], new=True) for key, row in rows.items() if row["id"] in new}


def _row(one: Arrived, moment: datetime) -> dict[str, Any] | None:
    """As `store_by_link` takes it; None where no version fits."""
    for survey in _answered_of_late:
        if plan_of(survey.definition).keys >= one.submission.given.keys():
            try:
                return _kept(one, survey, checked_answers(survey, one.submission.given), moment)
            except Invalid:
                return None
    return None


def _kept(one: Arrived, survey: Published, answers: Answers, moment: datetime) -> dict[str, Any]:
    return {
        "id": ordered_id(),
        "token_hash": keyed_hash("invitation", one.token),
        "version_id": survey.version_id,
        "submission_key": one.submission.submission_key,
        "confirmation": new_confirmation(),
        "language": one.submission.language,
        "answers": answers.entries,
        "comment": answers.comment,
        "may_contact": answers.may_contact,
        "due": moment + timedelta(minutes=survey.definition.edit_minutes),
    }


def _remember(survey: Published) -> None:
    """Where questions depend on the ticket, answers cannot be checked without it."""
    if survey not in _answered_of_late[:1] and not plan_of(survey.definition).asks_ticket:
        others = [one for one in _answered_of_late if one.version_id != survey.version_id]
        _answered_of_late[:] = [survey, *others][:MOST_KNOWN]
