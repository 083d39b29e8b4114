"""Counting people's visits: the same sums whatever the order, however often, also when something is taken away."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import delete
from sqlmodel import col, select

from analysis.events import LookDue, VisitsChanged
from analysis.jobs import begin_counting_visits, count_visits, find_moments, mark_requesters
from analysis.models import Experience, MomentCell, MomentChain, MomentParameters, MomentTotal, MomentWeek, VoiceKind
from analysis.queries.chains import waiting as chains_waiting
from analysis.service import chains, inbox
from core.db import Database
from core.ids import ordered_id
from core.outbox import drain_all
from journeys.events import TicketResolved
from surveys.models import Mode, Response, ResponseOrigin, Survey, SurveyVersion
from surveys.service.ageing import move_on
from tests.support.company import TODAY, make_company

SUBSCRIPTIONS = {VisitsChanged: [count_visits], TicketResolved: [mark_requesters], LookDue: [find_moments]}
PLACES = ("first-contact", "approval", "request-form")


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def voice(person: UUID, random: Random, at: datetime, overall: bool = False) -> Experience:
    score = random.choice((0.0, 25.0, 50.0, 75.0, 100.0))
    return Experience(
        id=ordered_id(),
        voice_kind=VoiceKind.RESPONSE,
        voice_id=uuid4(),
        person_id=person,
        day=at.date(),
        said_at=at,
        customer=random.choice(("acme", "globex")),
        service="laptop",
        channel="mail",
        touchpoint="" if overall else random.choice(PLACES),
        satisfaction=None if overall else score,
        overall=score if overall else None,
    )


def lives(random: Random, people: int) -> list[Experience]:
    """Some people, each with a few visits in one or two journeys, some with an answer about the whole."""
    said = []
    for person in (uuid4() for _ in range(people)):
        for journey in range(random.randint(1, 2)):
            begin = TODAY - timedelta(days=300 - 120 * journey - random.randint(0, 60))
            said += [voice(person, random, begin + timedelta(days=day)) for day in range(random.randint(1, 4))]
            said += [voice(person, random, begin + timedelta(days=6), overall=True)] * (random.random() < 0.6)
    return said


async def put(db: Database, said: list[Experience]) -> None:
    async with db.write() as session:
        session.add_all([Experience(**one.model_dump()) for one in said])
        await chains.mark(session, [one.person_id or one.voice_id for one in said])


async def take(db: Database, said: list[Experience]) -> None:
    async with db.write() as session:
        await session.exec(delete(Experience).where(col(Experience.id).in_([one.id for one in said])))
        await chains.mark(session, [one.person_id or one.voice_id for one in said])


async def count(db: Database) -> None:
    await db.write_by_parts(chains.count_some)


async def sums(db: Database) -> dict[tuple[Any, ...], Any]:
    """Everything that was counted; sketches of persons apart, which do not forget."""
    async with db.read() as session:
        found: dict[tuple[Any, ...], Any] = {}
        for cell in (await session.exec(select(MomentCell))).all():
            values = cell.model_dump()
            key = tuple(values.pop(name) for name in chains.CELL)
            values.pop("people")
            if any(values.values()):
                found["cell", *key] = values
        for table in (MomentWeek, MomentTotal):
            for row in (await session.exec(select(table))).all():
                keys = [name.name for name in table.__table__.primary_key]  # type: ignore[attr-defined]
                values = row.model_dump()
                key = tuple(values.pop(name) for name in keys)
                if any(values.values()):
                    found[table.__tablename__, *key] = values
        return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_streaming_agrees_with_counting_at_once_in_any_order_with_erasures(db: Database, seed: int) -> None:
    random = Random(seed)
    await make_company(db)
    said = lives(random, 12)
    erased = random.sample(said, len(said) // 5)
    order = random.sample(said, len(said))
    for start in range(0, len(order), 5):
        await put(db, order[start : start + 5])
        if random.random() < 0.7:
            await count(db)
    await take(db, erased)
    await count(db)
    streamed = await sums(db)
    assert await chains.recount(db) == len({one.person_id for one in said if one not in erased})
    assert await sums(db) == streamed
    assert streamed


async def test_what_went_by_its_age_stays_in_the_sums_and_what_comes_after_it_comes_and_goes(db: Database) -> None:
    random, day = Random(5), (TODAY - timedelta(days=240)).date()
    await make_company(db)
    said = lives(random, 12)
    await put(db, said)
    await count(db)
    counted = await sums(db)
    old = [one for one in said if one.day < day]
    assert 0 < len(old) < len(said)
    async with db.write() as session:
        await move_on(session, day)
        await session.exec(delete(Experience).where(col(Experience.id).in_([one.id for one in old])))
        await chains.mark(session, [one.person_id for one in said[::2] if one.person_id])  # as if they had spoken again
    await count(db)
    async with db.write() as session:
        assert await chains.shorten_some(session, None) is None
    assert await sums(db) == counted
    further = [voice(random.choice([one.person_id for one in said if one.person_id]), random, TODAY) for _ in range(9)]
    await put(db, further)
    await count(db)
    assert await sums(db) != counted
    await take(db, further)
    await count(db)
    assert await sums(db) == counted
    await chains.recount(db)
    assert await sums(db) == counted


async def test_sums_hold_what_the_statistics_count_themselves(db: Database) -> None:
    """The cells are those of the batch method, over the same people and the same parameters."""
    from analysis.statistics.moments.frozen import Frozen
    from analysis.statistics.moments.tallies import tally

    await make_company(db)
    said = lives(Random(4), 10)
    await put(db, said)
    await count(db)
    people = sorted({one.person_id for one in said if one.person_id})
    async with db.read() as session:
        visits = await chains.lived(session, people)
    whole = tally([(chains.number(person), visits[person]) for person in people], Frozen())
    stored = await sums(db)
    cells = [values for key, values in stored.items() if key[0] == "cell"]
    assert len(cells) == len(whole.cells)
    for number, name in enumerate(chains.SUMS):
        assert sum(values[name] for values in cells) == sum(int(row[number]) for _, row in whole.cells.values())


async def test_whom_an_upgrade_left_uncounted_is_counted_at_the_next_start(db: Database) -> None:
    await make_company(db)
    async with db.write() as session:
        session.add_all([Experience(**one.model_dump()) for one in lives(Random(4), 6)])
        session.add(MomentChain(person=uuid4(), draw=0, parameters=0, answers=0, stale=True, visits=b"\x90"))
    await drain_all(db, {VisitsChanged: [count_visits]})
    async with db.read() as session:
        assert await chains_waiting(session) == 1
    for _ in range(2):
        async with db.write() as session:
            await begin_counting_visits(session)
        await drain_all(db, {VisitsChanged: [count_visits]})
    async with db.read() as session:
        assert await chains_waiting(session) == 0


async def test_everything_taken_away_leaves_nothing(db: Database) -> None:
    await make_company(db)
    said = lives(Random(5), 6)
    await put(db, said)
    await count(db)
    await take(db, said)
    await count(db)
    assert await sums(db) == {}
    async with db.read() as session:
        assert (await session.exec(select(MomentChain))).all() == []


async def test_new_parameters_recount_everybody_once(db: Database) -> None:
    """Enough answers: the level of each touchpoint is learnt, and everybody is counted against it."""
    await make_company(db)
    await put(db, lives(Random(6), 40))
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        versions = [row.version for row in (await session.exec(select(MomentParameters))).all()]
        counted = {row.parameters for row in (await session.exec(select(MomentChain))).all()}
    assert (versions, counted) == ([1], {1})
    before = await sums(db)
    async with db.write() as session:
        await chains.count_again(session)
    await drain_all(db, SUBSCRIPTIONS)
    assert await sums(db) == before


async def test_an_erased_feedback_leaves_the_life_of_its_author(db: Database) -> None:
    """Its score stays, and leads to nobody: it is counted as a voice of its own."""
    await make_company(db)
    said = [one for one in lives(Random(7), 4) if one.touchpoint]
    gone = said[0]
    gone.voice_kind = VoiceKind.FEEDBACK
    await put(db, said)
    await count(db)
    async with db.write() as session:
        await inbox.forget(session, [gone.voice_id])
    await count(db)
    assert gone.person_id
    async with db.read() as session:
        chain = (await session.exec(select(MomentChain.visits).where(MomentChain.person == gone.person_id))).first()
        alone = (await session.exec(select(MomentChain.answers).where(MomentChain.person == gone.voice_id))).one()
    assert str(gone.voice_id).encode() not in (chain or b"")
    assert alone == 1
    streamed = await sums(db)
    await chains.recount(db)
    assert await sums(db) == streamed


async def test_what_came_from_elsewhere_tells_of_repair_and_persona(db: Database) -> None:
    await make_company(db)
    person = uuid4()
    one = voice(person, Random(1), TODAY - timedelta(days=9))
    async with db.write() as session:
        survey = Survey(key="s", mode=Mode.CONFIDENTIAL)
        session.add(survey)
        await session.flush()
        version = SurveyVersion(survey_id=survey.id, number=1, definition={}, published_at=TODAY)
        session.add(version)
        await session.flush()
        told = {"submission_key": "k", "confirmation": "", "language": "en", "answers": [], "received_at": TODAY}
        session.add(Response(id=one.voice_id, version_id=version.id, **told))
        await session.flush()
        known = {"source": "file", "external_id": "1", "channel": "mail", "entered_at": TODAY}
        session.add(ResponseOrigin(response_id=one.voice_id, recovery=True, persona="nurse", **known))
        session.add(one)
    async with db.read() as session:
        (visit,) = (await chains.lived(session, [person]))[person]
    assert (visit.repaired, visit.persona) == (True, "nurse")
