"""Telling people of an anonymous survey: one address for all, and nothing that is kept of who was told."""

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core import i18n, mail, pages
from core.clock import now
from core.db import Database
from core.i18n import gettext as _
from core.ids import keyed_hash
from core.outbox import announce
from core.settings import settings
from journeys.models import Person
from surveys import queries
from surveys.events import OpenInvitationDue
from surveys.models import Survey, TroubleKind
from surveys.rules.asking import language_of
from surveys.schemas import Published
from surveys.service.letters import one_line
from surveys.service.mail_trouble import mark_address

Told = tuple[UUID, UUID]
NEXT_LOOK = timedelta(minutes=10)


async def tell_all(db: Database, told: Sequence[Told]) -> list[Told]:
    """Each (person, survey); who has opted out meanwhile, or whose survey is over, is left in peace. Returns who has
    to wait because the mail server is away."""
    for number, (person_id, survey_id) in enumerate(told):
        async with db.read() as session:
            found = await _to_tell(session, person_id, survey_id)
        try:
            if found:
                await _tell(db, *found)
        except mail.ServerAway:
            return list(told[number:])
    return []


async def tell_later(session: AsyncSession, waiting: Sequence[Told]) -> None:
    facts = (OpenInvitationDue(str(person_id), str(survey_id)) for person_id, survey_id in waiting)
    await announce(session, *facts, not_before=now() + NEXT_LOOK)


async def _to_tell(session: AsyncSession, person_id: UUID, survey_id: UUID) -> tuple[Person, str, Published] | None:
    wanted = select(Person).where(Person.id == person_id, col(Person.opted_out_at).is_(None))
    person = (await session.exec(wanted.where(col(Person.email).is_not(None)))).first()
    survey = (await session.exec(select(Survey).where(Survey.id == survey_id))).first()
    newest = await queries.newest_version(session, survey_id)
    if not person or not survey or not survey.slug or survey.archived_at or not newest:
        return None
    return person, survey.slug, await queries.published(session, newest.id)


async def _tell(db: Database, person: Person, slug: str, survey: Published) -> None:
    try:
        await mail.send(written(person, slug, survey))
    except mail.AddressRefused as refused:
        async with db.write() as session:
            await mark_address(session, person.email or "", TroubleKind.BOUNCE, refused.code)


def written(person: Person, slug: str, survey: Published) -> EmailMessage:
    language = language_of(person.language, [])
    i18n.use(language)
    opt_out_url = f"{settings().base_url}/opt-out/{ending_of(person.id)}"
    context = {
        "survey": survey.definition,
        "url": f"{settings().base_url}/q/{slug}",
        "opt_out_url": opt_out_url,
        "other": "en" if language == "zh" else "zh",
        "min_group": settings().min_group,
    }
    title = one_line(getattr(survey.definition.title, language))
    text, html = (pages.render(f"surveys/mail_open.{part}", **context) for part in ("txt", "html"))
    headers = {"List-Unsubscribe": f"<{opt_out_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    subject = _("%(title)s (anonymous)") % {"title": title}
    return mail.compose(person.email or "", subject, text, html, language, headers=headers)


def ending_of(person_id: UUID) -> str:
    """A link that needs no row: a row would say that this person was told."""
    return f"{person_id.hex}.{keyed_hash('opt-out of all', person_id.hex)}"
