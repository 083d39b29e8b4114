"""Reading again: after the journey was edited or another version promoted, in batches, twice for the same result."""

import asyncio

import msgspec
import pytest
from sqlalchemy import update
from sqlmodel import select

from analysis import classifier
from analysis.events import ShardOutdated
from analysis.jobs import read_again, understand
from analysis.models import PlacedBy
from analysis.rules.correcting import Judgement
from analysis.service import rereading
from analysis.service.rereading import ask_to_read_again, how_far
from core.backlog import backlog
from core.clock import now
from core.db import Database
from core.outbox import Delivery, Fact, announce, drain, drain_all, fan_out
from core.outbox import _lease as lease
from feedback.schemas import Said
from feedback.service import receive
from journeys.events import TouchpointsChanged
from journeys.schemas.places import JourneyDefinition
from journeys.service.places import install_journey
from tests.analysis.test_service_correcting import mention_of, put_right, take_back
from tests.analysis.test_service_rollups import random_voices
from tests.support.company import Says, make_company, understand_all
from tests.support.readings import assert_counts_hold, counts, experiences, mentions, recounted, said
from web import builtin
from web.worker import SUBSCRIPTIONS

CANTEEN = "The canteen queue was endless and the soup cold."


def with_keyword(key: str, *words: str) -> JourneyDefinition:
    """The built-in journey, with more words for one touchpoint."""
    journey = builtin.journey()
    places = [
        msgspec.structs.replace(one, keywords=[*one.keywords, *words]) if one.key == key else one
        for one in journey.touchpoints
    ]
    return msgspec.structs.replace(journey, touchpoints=places)


async def edit(db: Database, journey: JourneyDefinition) -> None:
    async with db.write() as session:
        await install_journey(session, journey)


async def waiting(db: Database) -> int:
    async with db.read() as session:
        return (await backlog(session)).waiting


async def test_installing_the_same_journey_again_announces_nothing(db: Database) -> None:
    await make_company(db)
    await edit(db, builtin.journey())
    assert await waiting(db) == 0


async def test_a_new_keyword_places_what_was_said_before(db: Database) -> None:
    await make_company(db, [Says("", 25, text=CANTEEN), Says("delivery", 75, people=4, text="Fine, thanks.")])
    assert (await experiences(db))[0].touchpoint == ""
    await edit(db, with_keyword("guidance", "canteen"))
    await drain_all(db, SUBSCRIPTIONS)
    first = (await experiences(db))[0]
    assert first.touchpoint == "guidance"
    assert "guidance" in {one.touchpoint for one in await mentions(db)}
    await assert_counts_hold(db)


async def test_it_is_the_same_whether_it_runs_once_or_twice(db: Database) -> None:
    await make_company(db)
    await understand_all(db, random_voices(5, 60))
    await edit(db, with_keyword("access", "endless", "approval", "表单"))
    await drain_all(db, SUBSCRIPTIONS)
    once, counted = await said(db), await counts(db)
    ids = [one.id for one in await mentions(db)]
    async with db.write() as session:
        await announce(session, TouchpointsChanged("2026-06-15T10:00:00Z"))
    await drain_all(db, SUBSCRIPTIONS)
    assert (await said(db), await counts(db)) == (once, counted)
    assert [one.id for one in await mentions(db)] == ids
    await assert_counts_hold(db)


async def test_it_goes_on_batch_by_batch(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "AT_ONCE", 7)
    monkeypatch.setattr(rereading, "SHARDS", 1)
    await make_company(db)
    await understand_all(db, random_voices(6, 40))
    await edit(db, with_keyword("access", "approval"))
    done, left = 0, [40]
    while await drain_once(db):
        done += 1
        left.append(await outdated(db))
    assert left[:8] == [40, 40, 33, 26, 19, 12, 5, 0]  # what follows counts moments anew
    await assert_counts_hold(db)


async def test_several_workers_share_it(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes a shard of its own; what one that died had begun is done by another."""
    monkeypatch.setattr(rereading, "AT_ONCE", 4)
    monkeypatch.setattr(rereading, "SHARDS", 3)
    await make_company(db)
    await understand_all(db, random_voices(6, 40))
    await edit(db, with_keyword("access", "approval"))
    async with db.write() as session:
        await ask_to_read_again(session)  # wanted twice, shared out once
    await drain_once(db)
    async with db.read() as session:
        facts = (await session.exec(select(Fact.name))).all()
    assert facts.count("ShardOutdated") == 3
    await fan_out(db, SUBSCRIPTIONS)
    first, second = await lease(db, read_again), await lease(db, read_again)
    assert first
    assert second
    assert len({*first.facts, *second.facts}) == len(first.facts) + len(second.facts) == 2
    async with db.write() as session:  # the first died, the second finds its shard read by others
        await session.exec(update(Delivery).values(due_at=now()))
    await asyncio.gather(drain_all(db, SUBSCRIPTIONS), drain_all(db, SUBSCRIPTIONS))
    assert await outdated(db) == 0
    await assert_counts_hold(db)


async def drain_once(db: Database) -> int:
    return await drain(db, SUBSCRIPTIONS)


async def outdated(db: Database) -> int:
    async with db.read() as session:
        return (await how_far(session)).outdated


async def test_what_was_corrected_stays_corrected(db: Database) -> None:
    await make_company(db, [Says("", 25, text=CANTEEN), Says("", 25, text="The approval took far too long.")])
    canteen, approval = await experiences(db)
    placed = await put_right(db, Judgement(touchpoint="delivery"), of=canteen, mention=await mention_of(db, canteen))
    await put_right(db, Judgement(label="very_negative"), of=approval, mention=await mention_of(db, approval))
    await edit(db, with_keyword("guidance", "canteen"))
    await drain_all(db, SUBSCRIPTIONS)
    touchpoints = {one.touchpoint for one in await mentions(db) if one.experience_id == canteen.id}
    assert "delivery" in touchpoints
    assert (await mention_of(db, approval)).sentiment == "very_negative"
    await assert_counts_hold(db)
    await take_back(db, placed)
    touchpoints = {one.touchpoint for one in await mentions(db) if one.experience_id == canteen.id}
    assert touchpoints == {"guidance"}, "what the new reading says comes to light"
    await assert_counts_hold(db)


async def test_a_place_that_the_ticket_or_the_person_named_stays(db: Database) -> None:
    await make_company(db, [Says("delivery", 25, text=CANTEEN)])
    await edit(db, with_keyword("guidance", "canteen"))
    await drain_all(db, SUBSCRIPTIONS)
    (experience,) = await experiences(db)
    assert (experience.touchpoint, experience.placed_by) == ("delivery", PlacedBy.PERSON)
    assert "guidance" in {one.touchpoint for one in await mentions(db)}


async def test_what_is_still_kept_below_is_placed_anew(db: Database) -> None:
    """A feedback that named a touchpoint keeps it, whatever the words say."""
    await make_company(db)
    async with db.write() as session:
        await receive(session, Said(source="web", submission_key="k", text=CANTEEN, kind="complaint", channel="web"))
    await drain_all(db, SUBSCRIPTIONS)
    await edit(db, with_keyword("guidance", "canteen"))
    await drain_all(db, SUBSCRIPTIONS)
    (experience,) = await experiences(db)
    assert (experience.touchpoint, experience.placed_by) == ("guidance", PlacedBy.WORDS)
    await assert_counts_hold(db)


async def test_asking_where_nothing_is_outdated_asks_for_nothing(db: Database) -> None:
    await make_company(db, [Says("delivery", 25, text=CANTEEN)])
    await drain_all(db, SUBSCRIPTIONS)
    async with db.write() as session:
        assert await ask_to_read_again(session) == 0
    assert await waiting(db) == 0


async def test_readings_of_an_older_version_are_read_again(db: Database) -> None:
    await make_company(db, [Says("delivery", 25, people=3, text="Everything broken, terrible.")])
    await spoil(db)
    async with db.write() as session:
        assert await ask_to_read_again(session) == 3
    await drain_all(db, SUBSCRIPTIONS)
    assert {(one.classifier, one.sentiment) for one in await experiences(db)} != {("2020.1", "none")}
    assert {one.classifier for one in await experiences(db)} == {classifier.VERSION}
    await assert_counts_hold(db)


async def spoil(db: Database) -> None:
    """As an early version might have read: nothing found."""
    async with db.write() as session:
        for one in await experiences(db):
            one.classifier, one.sentiment, one.sentiment_score = "2020.1", "none", 0.0
            session.add(await session.merge(one))
        for mention in await mentions(db):
            await session.delete(await session.merge(mention))
    await recounted(db)


async def test_an_experience_that_is_gone_meanwhile_is_passed_over(db: Database) -> None:
    await make_company(db, [Says("delivery", 25, people=2, text="Everything broken, terrible.")])
    await spoil(db)
    async with db.read() as session:
        batch = await rereading.next_outdated(session, ShardOutdated("", ""))
    async with db.write() as session:
        await session.delete(await session.merge((await experiences(db))[0]))
    readings = rereading.read_again(batch)
    async with db.write() as session:
        await rereading.renew(session, batch, readings)
    (left,) = await experiences(db)
    assert left.classifier == classifier.VERSION


def test_jobs_have_names_of_their_own() -> None:
    jobs = {job for jobs in SUBSCRIPTIONS.values() for job in jobs}
    assert len({job.__name__ for job in jobs}) == len(jobs)
    assert {read_again, understand} <= jobs
