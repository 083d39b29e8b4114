"""Answers have an age at which they go: on each floor what it keeps of them, by whole months. Figures stay.

What is under way stays until it is dealt with: answers that an open improvement was registered for, answers that could
not be read yet, and feedback, which has a day of its own. Once a month administrators hear of what is past its age.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from analysis.events import AnswersEnded
from analysis.models import Correction, Experience, Mention, ThemeSet, WaitingAnswer
from analysis.schemas.figures import first_day, month_of
from analysis.service import ageing as analysis
from analysis.service.chains import shorten_some
from core import i18n, mail, months, pages
from core.audit.service import record
from core.auth.queries import administrators
from core.clock import now
from core.db import Database, Session
from core.i18n import gettext as _
from core.outbox import Batch, announce
from core.settings import settings
from surveys.models import Response, ResponseOrigin
from surveys.queries.ageing import kept, left_before
from surveys.service import ageing as surveys
from value.queries.improvements import answers_under_way, held_by
from web.persons import MOST_REWRITTEN

AT_ONCE = 500
CLOCK = "the clock"
OF_AN_ANSWER = (Response, ResponseOrigin, Experience, Mention, Correction, ThemeSet, WaitingAnswer)


@dataclass(frozen=True)
class HeldBack:
    """Answers from before `since` that are still there, and how many of them led to improvements that are not over."""

    since: date
    answers: int
    under_way: int


def due(today: date, kept_for: int) -> date:
    """The first day of the oldest month whose answers are kept: each is kept for so many months, to the end of the
    month in which that is over."""
    return first_day(month_of(today) - kept_for)


async def end_old_answers(batch: Batch) -> None:
    """A night: what is past its age goes. What was done before a stop stays done; a second time finds nothing."""
    await months.make_ahead(batch.db)
    if kept_for := settings().answer_months:
        await _end_before(batch.db, due(now().date(), kept_for))
    async with batch.finish():
        pass


async def _end_before(db: Database, day: date) -> None:
    async with db.write() as session:
        moved = await surveys.move_on(session, day)
        if moved:
            await record(session, CLOCK, "answers.ended", day.isoformat())
            await analysis.forget_themes(session, day)
    async with db.read() as session:
        found = await kept(session)
    if found is None:
        return
    gone = await _drop(db, found.since) + await _take_out(db, found.since)
    if not found.settled:
        await _shorten(db)
    if gone or not found.settled:
        await _settle(db, first=not found.settled)


async def _drop(db: Database, since: date) -> int:
    """Whole months at once, where there are partitions and nothing in them stays; how many."""

    async def emptied(session: Session, ids: months.Ids) -> bool:
        if await analysis.anything_stays(session, ids, since, answers_under_way()):
            return False
        await analysis.let_go_of_corrections(session, ids)
        await surveys.let_go_of_origins(session, ids)
        return True

    return sum([await months.drop(db, month, emptied) for month in await months.months_before(db, since)])


async def _take_out(db: Database, since: date) -> int:
    gone = 0
    while True:
        async with db.write() as session:
            voices = await analysis.take_out(session, since, answers_under_way(), AT_ONCE)
            await surveys.let_go(session, voices)
        gone += len(voices)
        if len(voices) < AT_ONCE:
            break
    async with db.write() as session:
        await analysis.forget_who_waits(session, since)
    return gone


async def _shorten(db: Database) -> None:
    after: UUID | None = None
    while True:
        async with db.write() as session:
            after = await shorten_some(session, after)
        if after is None:
            return


async def _settle(db: Database, first: bool) -> None:
    """`first`: of this month. Cleaning the files, and telling of what is held back, are tried until they are done."""
    today = now().date().isoformat()
    async with db.write() as session:
        await surveys.settle(session)
        await announce(session, AnswersEnded(today, today if first else ""))


async def leave_no_answers_behind(batch: Batch) -> None:
    """What is left of answers that went, in the files of the database."""
    await batch.db.forget(*OF_AN_ANSWER, rewrite_up_to=MOST_REWRITTEN)
    async with batch.finish():
        pass


async def held_back(session: Session) -> HeldBack | None:
    """None where answers do not go by age, or have not begun to."""
    found = await kept(session)
    if found is None or not settings().answer_months:
        return None
    return HeldBack(found.since, await left_before(session, found.since), await held_by(session, found.since))


async def tell_of_held_answers(batch: Batch) -> None:
    """Administrators hear once a month of answers that are past their age and stay, where there are any."""
    async with batch.db.read() as session:
        held, users = await held_back(session), await administrators(session)
    new = any(fact["at"] for fact in batch.data)
    for user in users if new and held and held.answers else []:
        i18n.use(user.language or "en")
        told = {"held": held, "address": f"{settings().base_url}/improvements"}
        text, html = (pages.render(f"web/mail_held.{part}", **told) for part in ("txt", "html"))
        title = _("Answers past their age are still kept")
        await mail.send(mail.compose(user.email, title, text, html, i18n.current()))
    async with batch.finish():
        pass
