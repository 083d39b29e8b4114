"""Mails: answers to authors who gave an address, and a digest a day to those who handle feedback."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core import i18n, mail, pages
from core.auth.models import Role, User
from core.auth.schemas import scope_of
from core.db import Database
from core.i18n import gettext as _
from core.sealing import open_sealed
from core.settings import settings
from feedback.models import Feedback, Matter, Message, State
from feedback.queries import inbox
from feedback.schemas import Desk, Waiting
from feedback.service.person import link_of
from feedback.service.receiving import author_of


async def tell_authors(db: Database, message_ids: Sequence[str]) -> None:
    """Each mail fails alone; then the failure is raised, and those that were not sent are tried again."""
    ids = [UUID(one) for one in message_ids]
    statement = select(Message, Feedback).join(Feedback, col(Feedback.id) == col(Message.matter_id))
    async with db.read() as session:
        found = (await session.exec(statement.where(col(Message.id).in_(ids)))).all()
    for message, feedback in found:
        name, address = author_of(feedback)
        if address:
            i18n.use(feedback.language or "en")
            words = {"name": name, "words": open_sealed(message.sealed), "kind": message.kind, "said": feedback.text}
            words["address"] = f"{settings().base_url}/feedback/mine/{link_of(feedback)}"
            text, html = (pages.render(f"feedback/mail.{part}", **words) for part in ("txt", "html"))
            subject = _("About what you told us")
            await mail.send(mail.compose(address, subject, text, html, i18n.current(), f"feedback-{message.id.hex}"))


async def send_digests(db: Database, today: date) -> None:
    """One mail a day to whom something waits for, however much came in."""
    async with db.read() as session:
        users = (await session.exec(select(User).where(col(User.active).is_(True)))).all()
        due = [(user, await waiting(session, user, today)) for user in users]
    for user, counts in due:
        if counts.anything:
            i18n.use(user.language or "en")
            context = {"counts": counts, "address": f"{settings().base_url}/feedback/inbox"}
            text, html = (pages.render(f"feedback/mail_digest.{part}", **context) for part in ("txt", "html"))
            await mail.send(mail.compose(user.email, _("Feedback waits for you"), text, html, i18n.current()))


async def waiting(session: AsyncSession, user: User, today: date) -> Waiting:
    """How much of somebody's inbox is unread, late, and about to be deleted."""
    role = Role(user.role)
    if role not in (Role.MANAGER, Role.ADMIN):
        return Waiting(0, 0, 0, 0)
    desk = await inbox.desk_of(session, user.email, scope_of(role, user.customers))
    return Waiting(
        unread=await _count(session, desk, Matter.state == State.NEW),
        late=await _count(session, desk, col(Matter.due_on) < today, col(Matter.state).in_(inbox.OPEN)),
        soon_gone=await _count(session, desk, col(Matter.remind_on) <= today, col(Matter.state).in_(inbox.OPEN)),
        past_their_day=await _count(session, desk, col(Matter.delete_on) <= today, Matter.state == State.NEW),
    )


async def _count(session: AsyncSession, desk: Desk, *which: object) -> int:
    statement = inbox.in_view(select(func.count()).select_from(Matter), desk).where(*which)
    found: int = (await session.exec(statement)).one()
    return found
