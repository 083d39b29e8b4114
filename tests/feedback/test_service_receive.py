import asyncio
from dataclasses import replace

import pytest
from sqlmodel import select

from core.db import Database
from core.errors import Conflict, Invalid
from core.outbox import Fact
from feedback.models import Feedback
from feedback.queries import feedback_voices
from feedback.schemas import Received, Said
from feedback.service import receive

SAID = Said(source="web", submission_key="k1", text="The new form is quick.", kind="compliment", channel="web")

pytestmark = pytest.mark.usefixtures("places")


async def send(db: Database, said: Said = SAID) -> Received:
    async with db.write() as session:
        return await receive(session, said)


async def stored(db: Database) -> list[Feedback]:
    async with db.read() as session:
        return list((await session.exec(select(Feedback))).all())


async def facts(db: Database) -> list[dict[str, str]]:
    async with db.read() as session:
        return [fact.data for fact in (await session.exec(select(Fact))).all()]


async def test_it_stores_the_words_and_the_fact_of_them(db: Database) -> None:
    received = await send(db)
    assert received.new
    assert [row.text for row in await stored(db)] == ["The new form is quick."]
    assert await facts(db) == [{"feedback_id": str(received.id)}]


async def test_a_transaction_that_fails_leaves_neither_words_nor_fact(db: Database) -> None:
    async def fail_late() -> None:
        async with db.write() as session:
            await receive(session, SAID)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_late()
    assert await stored(db) == []
    assert await facts(db) == []


async def test_the_same_message_again_changes_nothing(db: Database) -> None:
    first, again = await send(db), await send(db, replace(SAID, text=" The new form is quick.\r\n"))
    assert (again.id, again.new) == (first.id, False)
    assert len(await stored(db)) == len(await facts(db)) == 1


async def test_it_refuses_other_words_under_the_same_key(db: Database) -> None:
    await send(db)
    for other in ({"text": "No, it is not."}, {"kind": "complaint"}, {"satisfaction": 1}, {"author_name": "Dana"}):
        with pytest.raises(Conflict):
            await send(db, replace(SAID, **other))
    assert [row.text for row in await stored(db)] == ["The new form is quick."]


async def test_two_senders_may_use_the_same_key(db: Database) -> None:
    first = await send(db, replace(SAID, source="token:helpdesk"))
    second = await send(db, replace(SAID, source="token:chat", text="Other words"))
    assert [first.new, second.new] == [True, True]


async def test_a_double_click_stores_once(db: Database) -> None:
    received = await asyncio.gather(*(send(db) for _ in range(8)))
    assert len({one.id for one in received}) == 1
    assert [one.new for one in received].count(True) == 1
    assert len(await stored(db)) == len(await facts(db)) == 1


async def test_it_refuses_places_that_are_not_known(db: Database) -> None:
    with pytest.raises(Invalid) as refusal:
        await send(db, replace(SAID, service="fax", touchpoint="moon"))
    assert {error.field for error in refusal.value.errors} == {"service", "touchpoint"}
    assert await stored(db) == []


async def test_an_address_places_the_message_with_its_customer(db: Database) -> None:
    received = await send(db, replace(SAID, author_email="dana@ACME.example"))
    async with db.read() as session:
        assert [voice.customer for voice in await feedback_voices(session, [received.id])] == ["acme"]


async def test_an_address_nobody_knows_places_it_with_no_customer(db: Database) -> None:
    received = await send(db, replace(SAID, author_email="eve@elsewhere.example"))
    async with db.read() as session:
        assert [voice.customer for voice in await feedback_voices(session, [received.id])] == [""]


async def test_the_analysis_reads_voices_with_keys_and_scores_to_100(db: Database) -> None:
    said = replace(SAID, service="laptop", touchpoint="request-form", customer="globex", functional=5, emotional=2)
    received = await send(db, replace(said, language="en"))
    async with db.read() as session:
        (voice,) = await feedback_voices(session, [received.id])
    assert (voice.service, voice.touchpoint, voice.customer) == ("laptop", "request-form", "globex")
    assert (voice.functional, voice.emotional, voice.satisfaction) == (100.0, 25.0, None)
    assert (voice.kind, voice.text, voice.language, voice.channel) == ("compliment", SAID.text, "en", "web")
    assert voice.said_at.utcoffset() is not None


async def test_the_analysis_asks_for_no_voices_and_gets_none(db: Database) -> None:
    async with db.read() as session:
        assert await feedback_voices(session, []) == []
