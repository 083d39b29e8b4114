"""The mail with a pack in it: made anew for each reader, from what they may see at that moment."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from uuid import UUID

from analysis.models import PackOrder, PackSent, Rhythm
from analysis.queries import orders as queries
from analysis.rules.orders import window
from analysis.schemas.reports import Filters
from analysis.service.exports import Chapter, pack, printed, saying
from analysis.service.orders import token_of
from core import i18n, mail, pages
from core.audit.service import record
from core.auth.models import Role, User
from core.auth.schemas import scope_of
from core.db import Database, Session, insert_new
from core.i18n import gettext as _
from core.settings import settings

MOST_SENTENCES = 5


Chapters = Callable[[Session, PackOrder, date], Awaitable[tuple[Chapter, ...]]]


async def none(_session: Session, _order: PackOrder, _day: date) -> tuple[Chapter, ...]:
    return ()


async def send_due(db: Database, order_id: UUID, day: date, chapters: Chapters = none) -> None:
    """Each mail is noted as soon as it is sent, and fails alone; then the failure is raised, and those that were not
    sent are tried again. `chapters`: what the floor above puts before the figures."""
    async with db.read() as session:
        one = await queries.order(session, None, order_id)
        users = await queries.readers(session, one) if one else []
        sent = await queries.sent_to(session, order_id, day)
    failed: list[Exception] = []
    for user in users if one else []:
        if one and user.id not in sent:
            try:
                await _send_one(db, one, user, day, chapters)
            except Exception as error:  # the others get theirs
                failed.append(error)
    if failed:
        raise failed[0]


async def _send_one(db: Database, one: PackOrder, user: User, day: date, chapters: Chapters) -> None:
    await mail.send(await letter(db, one, user, day, chapters))
    async with db.write() as session:
        await insert_new(session, PackSent, [{"order_id": one.id, "user_id": user.id, "day": day}])
        await record(session, "service", "reports.sent", f"{one.id} {user.id}")


async def letter(db: Database, one: PackOrder, user: User, day: date, chapters: Chapters = none) -> EmailMessage:
    language = user.language or one.language
    i18n.use(language)
    scope = scope_of(Role(user.role), user.customers)
    filters = Filters(window(Rhythm(one.rhythm), day), "dates", customer=one.customer)
    async with db.read() as session:
        found = replace(await pack(session, scope, filters, language), chapters=await chapters(session, one, day))
    base, months = settings().base_url, filters.window
    off = f"{base}/reports/mails/{token_of(user.id)}"
    told = {
        "title": saying.title(found),
        "customer": found.whom,
        "period": saying.period(found),
        "sentences": saying.sentences(found)[:MOST_SENTENCES],
        "address": f"{base}/?from={months.start}&to={months.end}&customer={one.customer}",
        "about": found.about,
        "off": off,
    }
    text, html = (pages.render(f"analysis/mail_pack.{part}", **told) for part in ("txt", "html"))
    return mail.compose(
        user.email,
        _("Service review pack: %(customer)s, %(period)s") % {"customer": found.whom, "period": saying.period(found)},
        text,
        html,
        language,
        headers={"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        attached={f"service-review-{day}.pdf": await printed(found, language)},
    )
