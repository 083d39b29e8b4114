"""What the inbox of the floor below is told of how its feedback was read, and what it tells of what is gone."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.events import WordsErased
from analysis.models import Experience, VoiceKind
from analysis.schemas.voices import ReadExperience
from analysis.service.chains import mark
from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.outbox import announce
from feedback.schemas import Desk
from feedback.service.handling import note_readings, visible


async def tell_inbox(session: AsyncSession, experiences: Iterable[Experience | ReadExperience]) -> None:
    """The sentiment and the place that stand now, beside each feedback."""
    read = {
        one.voice_id: (one.sentiment, one.touchpoint) for one in experiences if one.voice_kind == VoiceKind.FEEDBACK
    }
    await note_readings(session, read)


async def experience_of(session: AsyncSession, desk: Desk, feedback_id: UUID) -> UUID:
    """The experience made of a feedback that somebody sees in their inbox."""
    await visible(session, desk, feedback_id)
    found = select(Experience.id).where(Experience.voice_kind == VoiceKind.FEEDBACK, Experience.voice_id == feedback_id)
    id_ = (await session.exec(found)).first()
    if id_ is None:
        raise NotFound(_("This has not been read yet. Try again in a minute."))
    return id_


async def forget(session: AsyncSession, feedback_ids: Sequence[UUID]) -> None:
    """The words go; the counts stay, and lead to nobody: what a person lived through is counted without them."""
    here = (col(Experience.voice_kind) == VoiceKind.FEEDBACK) & col(Experience.voice_id).in_(feedback_ids)
    known = (await session.exec(select(Experience.person_id, Experience.voice_id).where(here))).all()
    await session.exec(update(Experience).where(here).values(comment="", person_id=None))
    await mark(session, [one for ids in known for one in ids if one])
    await announce(session, WordsErased(now().date().isoformat()))
