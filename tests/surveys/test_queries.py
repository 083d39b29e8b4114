from typing import Any

from core.db import Database
from surveys.models import Response
from surveys.queries import response_voices
from surveys.schemas import ResponseVoice, Submission
from tests.surveys.story import link, reply, rows


async def said(db: Database, ticket: str, answers: dict[str, Any], **told: Any) -> None:
    await reply(db, await link(db, ticket, **told), Submission("k", "zh", answers))


async def voices(db: Database) -> list[ResponseVoice]:
    ids = [response.id for response in await rows(db, Response)]
    async with db.read() as session:
        return await response_voices(session, ids)


async def test_a_voice_is_scaled_to_a_hundred_and_keeps_its_words(db: Database, survey: None) -> None:
    answers = {"functional": 1, "emotional": 3, "satisfaction": 5, "lost_time": "40", "comment": "慢", "contact": True}
    await said(db, "INC-1", answers)
    [voice] = await voices(db)
    assert (voice.functional, voice.emotional, voice.satisfaction) == (0.0, 50.0, 100.0)
    assert (voice.lost_minutes, voice.comment, voice.may_contact) == (40.0, "慢", True)
    assert (voice.language, voice.channel) == ("zh", "mail")
    assert voice.ticket_id
    assert voice.person_id
    assert voice.said_at.tzinfo


async def test_what_was_not_answered_is_none_and_not_zero(db: Database, survey: None) -> None:
    await said(db, "INC-1", {"emotional": 1})
    [voice] = await voices(db)
    assert (voice.functional, voice.emotional, voice.satisfaction, voice.lost_minutes) == (None, 0.0, None, None)
    assert (voice.comment, voice.may_contact) == ("", False)


async def test_voices_come_in_their_order_and_only_those_asked_for(db: Database, survey: None) -> None:
    for number in range(4):
        await said(db, f"INC-{number}", {"functional": number + 1})
    assert [voice.functional for voice in await voices(db)] == [0.0, 25.0, 50.0, 75.0]
    async with db.read() as session:
        assert await response_voices(session, []) == []
