"""Putting a reading right, and taking that back: the row, the counts and what is learnt from it, in one transaction."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.events import ReadingCorrected
from analysis.models import Correction, Experience, Mention, Rollup, VoiceKind
from analysis.queries.corrections import corrections_of, reading
from analysis.queries.experiences import mentions_of
from analysis.rules.correcting import SCORES, Judgement, read_touchpoint, settle
from analysis.rules.counting import counted
from analysis.service.chains import mark
from analysis.service.inbox import tell_inbox
from analysis.service.publication import announce_publication
from analysis.service.rollups import move_in_rollups
from core.clock import now
from core.db import lock
from core.errors import FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.outbox import announce
from journeys.queries.places import touchpoints

Scope = frozenset[str] | None


async def correct(
    session: AsyncSession, scope: Scope, experience_id: UUID, mention_id: UUID | None, right: Judgement, by: str
) -> Correction:
    """Say what is right of a comment, or of one of its mentions. It counts at once."""
    await _check(session, right)
    await lock(session, Rollup)
    experience = await _reading(session, scope, experience_id)
    mentions = (await mentions_of(session, [experience_id])).get(experience_id, [])
    mention = _chosen(mentions, mention_id)
    made = Correction(
        experience_id=experience_id,
        start=mention.start if mention else None,
        end=mention.end if mention else None,
        read_touchpoint=read_touchpoint(mention) if mention else "",
        label=right.label,
        old_label=(mention or experience).sentiment,
        touchpoint=right.touchpoint,
        old_touchpoint=(mention or experience).touchpoint,
        classifier=experience.classifier,
        made_by=by,
        made_at=now(),
    )
    session.add(made)
    await session.flush()
    await _settle(session, experience, mentions)
    await announce(session, ReadingCorrected(str(made.id)))
    return made


async def _check(session: AsyncSession, right: Judgement) -> None:
    wrong = []
    if right.label is None and right.touchpoint is None:
        wrong.append(FieldError("label", _("Say what is right: a label, a touchpoint, or both")))
    if right.label is not None and right.label not in SCORES:
        wrong.append(FieldError("label", _("Choose one of: %(labels)s") % {"labels": ", ".join(SCORES)}))
    if right.touchpoint and right.touchpoint not in {one.key for one in await touchpoints(session)}:
        wrong.append(FieldError("touchpoint", _("There is no such touchpoint")))
    if wrong:
        raise Invalid(_("The correction is not clear"), wrong)


async def _reading(session: AsyncSession, scope: Scope, experience_id: UUID) -> Experience:
    found = await reading(session, scope, experience_id)
    if found is None or not (found.comment or found.voice_kind == VoiceKind.FEEDBACK):
        raise NotFound(_("There is nothing here"))
    return found


def _chosen(mentions: Iterable[Mention], mention_id: UUID | None) -> Mention | None:
    if mention_id is None:
        return None
    found = next((one for one in mentions if one.id == mention_id), None)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def undo(session: AsyncSession, scope: Scope, experience_id: UUID, correction_id: UUID) -> Correction:
    """Take a correction back: what stood before it stands again. Taking it back twice changes nothing."""
    await lock(session, Rollup)
    experience = await _reading(session, scope, experience_id)
    correction = await session.get(Correction, correction_id, populate_existing=True)
    if correction is None or correction.experience_id != experience_id:
        raise NotFound(_("There is nothing here"))
    if correction.undone_at is None:
        correction.undone_at = now()
        session.add(correction)
        await session.flush()
        await _settle(session, experience, (await mentions_of(session, [experience_id])).get(experience_id, []))
        await announce(session, ReadingCorrected(str(correction.id)))
    return correction


async def history(session: AsyncSession, scope: Scope, experience_id: UUID) -> list[Correction]:
    await _reading(session, scope, experience_id)
    return (await corrections_of(session, [experience_id])).get(experience_id, [])


async def _settle(session: AsyncSession, experience: Experience, mentions: Sequence[Mention]) -> None:
    before = counted(experience, mentions)
    standing = (await corrections_of(session, [experience.id])).get(experience.id, [])
    settled = settle(experience, mentions, standing)
    await keep_mentions(session, mentions, settled)
    session.add(experience)
    await move_in_rollups(session, before, counted(experience, settled))
    await mark(session, [experience.person_id or experience.voice_id])
    await tell_inbox(session, [experience])
    await announce_publication(session)


async def keep_mentions(session: AsyncSession, before: Iterable[Mention], after: Sequence[Mention]) -> None:
    gone = {one.id for one in before} - {one.id for one in after}
    if gone:
        await session.exec(delete(Mention).where(col(Mention.id).in_(gone)))
    session.add_all(after)
