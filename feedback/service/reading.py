"""Who may read what: appointed readers, and the glass that two people break in need. All of it is written down."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.service import record
from core.clock import now
from core.db import insert_new
from core.errors import FieldError, Invalid, NotAllowed, NotFound
from core.i18n import gettext as _
from feedback.models import Feedback, Glass, Reader
from feedback.queries import inbox
from feedback.queries.places import service_id
from feedback.schemas import Contact, Desk, InboxItem
from feedback.service.handling import visible
from feedback.service.receiving import author_of

OPEN_FOR = timedelta(hours=24)
SHORTEST_REASON = 10  # characters
FROM_THE_BEGINNING = date(1970, 1, 1)


async def appoint(session: AsyncSession, who: str, service: str, by: str) -> None:
    """Let somebody read the messages of a service ("" for all) that belong to no customer, from today on. Where nobody
    was appointed before, the earlier ones too: they were for nobody else's eyes."""
    name = who.strip().lower()
    if not name:
        raise Invalid(_("Some fields are not right"), [FieldError("who", _("Whom do you appoint?"))])
    if service and await service_id(session, service) is None:
        raise Invalid(_("Some fields are not right"), [FieldError("service", _("This is not known here"))])
    others = (await session.exec(select(Reader).where(col(Reader.service).in_([service, ""])))).all()
    since = now().date() if others else FROM_THE_BEGINNING
    if await insert_new(session, Reader, [{"who": name, "service": service, "since": since}]):
        await record(session, by, "feedback.reader_appointed", f"{name} {service or '*'}")


async def dismiss(session: AsyncSession, who: str, service: str, by: str) -> None:
    await session.exec(delete(Reader).where(col(Reader.who) == who, col(Reader.service) == service))
    await record(session, by, "feedback.reader_dismissed", f"{who} {service or '*'}")


async def ask(session: AsyncSession, desk: Desk, matter_id: UUID, reason: str) -> UUID:
    """Ask to read what policy hides: words of somebody anonymous, or who somebody confidential is."""
    await visible(session, desk, matter_id)
    given = reason.strip()
    if len(given) < SHORTEST_REASON:
        message = _("Say why, in a sentence: it is written down, and a second person decides by it")
        raise Invalid(message, [FieldError("reason", message)])
    glass = Glass(matter_id=matter_id, asked_by=desk.name, reason=given[:1000], asked_at=now())
    session.add(glass)
    await session.flush()
    await record(session, desk.name, "feedback.glass_asked", str(matter_id))
    return glass.id


async def decide(session: AsyncSession, desk: Desk, glass_id: UUID, allow: bool) -> None:
    """The second person says yes, for a day, or no, and may take a yes back. Nobody decides for themselves."""
    glass = await session.get(Glass, glass_id)
    if glass is None:
        raise NotFound(_("There is nothing here"))
    await visible(session, desk, glass.matter_id)
    if glass.asked_by == desk.name:
        raise NotAllowed(_("A second person has to decide this, not the one who asks"))
    taken_back = glass.allowed and not allow and glass.decided_by == desk.name
    if glass.allowed is None or taken_back:
        glass.decided_by, glass.allowed = desk.name, allow
        glass.open_until = now() + OPEN_FOR if allow else None
        session.add(glass)
        what = "feedback.glass_allowed" if allow else "feedback.glass_refused"
        await record(session, desk.name, what, f"{glass.matter_id} asked by {glass.asked_by}")


async def look(session: AsyncSession, desk: Desk, matter_id: UUID) -> InboxItem:
    """Read through the broken glass. Each time is written down."""
    await visible(session, desk, matter_id)
    if matter_id not in await inbox.glasses(session, desk.name, [matter_id]):
        raise NotAllowed(_("A second person has to agree first"))
    await record(session, desk.name, "feedback.glass_read", str(matter_id))
    found = await inbox.one(session, desk, matter_id, through_glass=True)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def author_behind(session: AsyncSession, matter_id: UUID) -> Contact:
    """Of who spoke confidentially; for `look` alone."""
    found = await session.get(Feedback, matter_id)
    return Contact(*author_of(found)) if found else Contact()
