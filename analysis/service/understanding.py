"""From voices to experiences: gathering them, and storing what was understood, once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Experience, Mention, VoiceKind
from analysis.queries import experiences
from analysis.rules.counting import counted
from analysis.rules.voices import of_feedback, of_response
from analysis.schemas.voices import ReadExperience, ReadMention, Voice
from analysis.service.chains import mark
from analysis.service.inbox import tell_inbox
from analysis.service.publication import announce_publication, wait
from analysis.service.reading import Understood
from analysis.service.rollups import add_to_rollups
from core.db import insert_new
from feedback.queries import feedback_voices
from journeys.queries.places import ticket_contexts
from surveys.queries import response_voices


async def new_voices(session: AsyncSession, answered: Sequence[UUID], unasked: Sequence[UUID]) -> list[Voice]:
    """Those that are still there and not understood yet."""
    found = await _responses(session, answered) if answered else []
    return [*found, *await _feedback(session, unasked)] if unasked else found


async def _responses(session: AsyncSession, ids: Sequence[UUID]) -> list[Voice]:
    known = await experiences.understood(session, VoiceKind.RESPONSE, ids)
    return await responses(session, [id_ for id_ in ids if id_ not in known])


async def _feedback(session: AsyncSession, ids: Sequence[UUID]) -> list[Voice]:
    known = await experiences.understood(session, VoiceKind.FEEDBACK, ids)
    return await feedback(session, [id_ for id_ in ids if id_ not in known])


async def responses(session: AsyncSession, ids: Sequence[UUID]) -> list[Voice]:
    said = await response_voices(session, ids)
    tickets = await ticket_contexts(session, {one.ticket_id for one in said if one.ticket_id})
    return [of_response(one, tickets.get(one.ticket_id) if one.ticket_id else None) for one in said]


async def feedback(session: AsyncSession, ids: Sequence[UUID]) -> list[Voice]:
    return [of_feedback(one) for one in await feedback_voices(session, ids)]


async def store(session: AsyncSession, understood: Sequence[Understood]) -> None:
    """Experiences, mentions and counts together; what another worker stored meanwhile is passed over."""
    known = {
        (kind, id_)
        for kind in {one.experience.voice_kind for one in understood}
        for id_ in await experiences.understood(session, kind, [one.experience.voice_id for one in understood])
    }
    new = [one for one in understood if (one.experience.voice_kind, one.experience.voice_id) not in known]
    await insert_new(session, Experience, [_row(one.experience) for one in new])
    await insert_new(session, Mention, [_row(mention) for one in new for mention in one.mentions])
    rows = [row for one in new for row in counted(one.experience, one.mentions)]
    await add_to_rollups(session, rows)
    await wait(session, rows)
    if new:
        await announce_publication(session)
    await mark(session, [one.experience.person_id or one.experience.voice_id for one in new])
    await tell_inbox(session, [one.experience for one in new])


def _row(record: ReadExperience | ReadMention) -> dict[str, Any]:
    return msgspec.structs.asdict(record)
