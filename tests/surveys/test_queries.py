from datetime import timedelta
from typing import Any

import pytest

from core.clock import now
from core.db import Database
from surveys.models import Response
from surveys.queries import response_rate, response_voices
from surveys.schemas import ResponseRate, ResponseVoice, Submission
from tests.surveys.story import install, link, reply, resolve, rows, work


async def said(db: Database, ticket: str, answers: dict[str, Any], **told: Any) -> None:
    await reply(db, await link(db, ticket, **told), Submission("k", "zh", answers))


async def voices(db: Database) -> list[ResponseVoice]:
    ids = [response.id for response in await rows(db, Response)]
    async with db.read() as session:
        return await response_voices(session, ids)


async def rate(db: Database, scope: frozenset[str] | None, **narrower: str) -> ResponseRate:
    async with db.read() as session:
        return await response_rate(session, scope, now() - timedelta(days=1), now() + timedelta(days=1), **narrower)


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


@pytest.fixture
async def asked_people(db: Database) -> None:
    """Acme: two asked, one of them answered, one without address. Globex: one asked, one too old."""
    await install(db)
    await said(db, "A-1", {"functional": 4}, customer="acme", service="mail")
    await link(db, "A-2", customer="acme", service="phone")
    await resolve(db, "A-3", person="c", address=None, customer="acme")
    await link(db, "G-1", customer="globex")
    await resolve(db, "G-2", person="e", customer="globex", at=now() - timedelta(days=9))
    # links were handed out above as if by mail: their own resolutions find them asked already
    await work(db)


async def test_the_response_rate_counts_the_asked_the_answered_and_the_reasons(
    db: Database, asked_people: None
) -> None:
    assert await rate(db, None) == ResponseRate(3, 1, {"no_address": 1, "too_old": 1})


async def test_the_response_rate_is_of_ones_own_customers(db: Database, asked_people: None) -> None:
    """Alice sees Acme, Charlie sees Globex, and who has no customer sees nothing."""
    assert await rate(db, frozenset({"acme"})) == ResponseRate(2, 1, {"no_address": 1})
    assert await rate(db, frozenset({"globex"})) == ResponseRate(1, 0, {"too_old": 1})
    assert await rate(db, frozenset()) == ResponseRate(0, 0, {})
    assert await rate(db, frozenset({"globex"}), customer="acme") == ResponseRate(0, 0, {})


async def test_the_response_rate_can_be_narrowed(db: Database, asked_people: None) -> None:
    assert await rate(db, None, service="phone") == ResponseRate(1, 0, {})
    assert await rate(db, None, customer="acme", service="mail") == ResponseRate(1, 1, {"no_address": 1})
    async with db.read() as session:
        before = await response_rate(session, None, now() - timedelta(days=9), now() - timedelta(days=2))
    assert before == ResponseRate(0, 0, {})
