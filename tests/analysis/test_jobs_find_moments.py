"""Looking for moments in what is stored: found, told once, followed to its end; where there is only noise, nothing."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlmodel import col, select

from analysis.events import LookDue, MomentFound, VisitsChanged
from analysis.jobs import count_visits, find_moments
from analysis.models import Experience, Moment, MomentFigure, MomentLook, MomentState, VoiceKind
from analysis.queries.moments import history, moments
from analysis.rules.lives import NEGATIVE, RECOVERED, Before, Life, next_life
from analysis.service import chains, looking
from core import clock
from core.db import Database
from core.ids import ordered_id
from core.outbox import Batch, announce, drain_all
from tests.support.company import TODAY, make_company

PLACES = ("service-information", "first-contact", "request-form", "approval", "delivery", "promised-date", "demand")
told: list[str] = []


async def hear(batch: Batch) -> None:
    async with batch.finish():
        told.extend(fact["moment_id"] for fact in batch.data)


SUBSCRIPTIONS = {VisitsChanged: [count_visits], LookDue: [find_moments], MomentFound: [hear]}


@pytest.fixture(autouse=True)
def quiet() -> None:
    told.clear()


def life(random: Random, begin: datetime, hurting: str | None) -> list[Experience]:
    """One journey through four places; a bad visit to the hurting one drags everything after it down."""
    person, harsh = UUID(int=random.getrandbits(128), version=4), random.gauss(0, 0.4)
    customer, mood, said = random.choice(("acme", "globex")), 0.0, []
    for number, place in enumerate(random.sample(PLACES, 4)):
        bad = place == hurting and random.random() < 0.35
        felt = (1.5 if bad else 3.9) + harsh + mood + random.gauss(0, 0.7)
        mood -= 1.2 * bad
        at = begin + timedelta(days=number)
        said.append(_voice(random, person, customer, at, place, felt))
    said.append(_voice(random, person, customer, begin + timedelta(days=5), "", 3.9 + harsh + mood))
    return said


def _voice(random: Random, person: UUID, customer: str, at: datetime, place: str, felt: float) -> Experience:
    score = 25.0 * (max(1, min(5, round(felt))) - 1)
    return Experience(
        id=ordered_id(),
        voice_kind=VoiceKind.RESPONSE,
        voice_id=UUID(int=random.getrandbits(128), version=4),
        person_id=person,
        day=at.date(),
        said_at=at,
        customer=customer,
        service="laptop",
        channel="mail",
        touchpoint=place,
        satisfaction=score if place else None,
        overall=None if place else score,
        comment="It took far too long." if score <= 25 else "",
    )


def lives(random: Random, n: int, hurting: str | None, months: int = 6) -> list[Experience]:
    begins = [TODAY - timedelta(days=random.uniform(8, 30 * months)) for _ in range(n)]
    return [one for begin in begins for one in life(random, begin, hurting)]


async def hear_and_look(db: Database, said: list[Experience], at: datetime) -> None:
    with clock.at(at):
        async with db.write() as session:
            session.add_all(said)
            await chains.mark(session, [one.person_id or one.voice_id for one in said])
        await drain_all(db, SUBSCRIPTIONS)
    with clock.at(at + 2 * looking.SOON):
        await drain_all(db, SUBSCRIPTIONS)


async def found(db: Database) -> list[Moment]:
    async with db.read() as session:
        return list((await session.exec(select(Moment).order_by(col(Moment.rank)))).all())


async def test_a_moment_is_found_dated_shown_and_told_once(db: Database) -> None:
    await make_company(db)
    random = Random(3)
    await hear_and_look(db, lives(random, 500, "approval"), TODAY)
    [moment] = [one for one in await found(db) if not one.wins and one.state == MomentState.FOUND]
    assert (moment.touchpoint, moment.kind, moment.first_detected) == ("approval", NEGATIVE, TODAY.date())
    assert 5 < moment.ci_low < moment.loss_per_100_visits < moment.ci_high
    assert len(moment.evidence) == 1  # one wording
    assert told.count(str(moment.id)) == 1
    await hear_and_look(db, lives(random, 20, "approval"), TODAY + timedelta(days=1))
    async with db.read() as session:
        assert [point.day for point in await history(session, None, moment.id)] == [
            TODAY.date(),
            (TODAY + timedelta(days=1)).date(),
        ]
        [mine] = [one for one in await moments(session, frozenset({"acme"})) if one.touchpoint == "approval"]
    assert mine.own
    assert mine.loss.per_100_visits > 0
    assert told.count(str(moment.id)) == 1


async def test_the_look_may_run_twice_and_happens_once_a_day(db: Database) -> None:
    await make_company(db)
    await hear_and_look(db, lives(Random(3), 300, "approval"), TODAY)
    before = [asdict_of(one) for one in await found(db)]
    async with db.write() as session:
        await announce(session, LookDue(TODAY.date().isoformat()), LookDue(TODAY.date().isoformat()))
    await drain_all(db, SUBSCRIPTIONS)
    assert [asdict_of(one) for one in await found(db)] == before
    async with db.read() as session:
        assert len((await session.exec(select(MomentLook).where(MomentLook.method != ""))).all()) == 1
        assert len((await session.exec(select(MomentFigure))).all()) == len(before)


def asdict_of(moment: Moment) -> dict[str, object]:
    return {name: str(getattr(moment, name)) for name in Moment.model_fields}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what differs between looks is no matter of SQL
async def test_what_goes_wrong_of_a_sudden_is_told_before_the_months_end(db: Database) -> None:
    """The first look of the month has announced; a week later one finds where bad visits have become more, and why it
    matters. A look on the next day finds nothing new, and still knows it."""
    await make_company(db)
    random, later = Random(4), TODAY + timedelta(days=7)
    await hear_and_look(db, lives(random, 500, None, months=8), TODAY)
    assert told == []
    lately = [life(random, later - timedelta(days=random.uniform(8, 60)), "approval") for _ in range(220)]
    await hear_and_look(db, [one for each in lately for one in each], later)
    for day in (later, later + timedelta(days=1)):
        [moment] = [one for one in await found(db) if one.state == MomentState.FOUND]
        assert (moment.touchpoint, moment.kind, moment.first_detected) == ("approval", NEGATIVE, later.date())
        assert told == [str(moment.id)]
        await hear_and_look(db, lives(random, 5, None), day + timedelta(days=1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_noise_alone_is_kept_silent_about(db: Database) -> None:
    await make_company(db)
    await hear_and_look(db, lives(Random(8), 300, None), TODAY)
    assert [one for one in await found(db) if one.kind == NEGATIVE] == []


async def test_a_look_waits_while_many_people_are_still_to_be_counted(db: Database) -> None:
    await make_company(db)
    await hear_and_look(db, lives(Random(9), 60, None), TODAY)
    late = TODAY + timedelta(days=1)
    with clock.at(late):
        said = lives(Random(10), 60, None)
        async with db.write() as session:
            session.add_all(said)
            await chains.mark(session, [one.person_id or one.voice_id for one in said])
            await announce(session, LookDue(late.date().isoformat()))
        await drain_all(db, {LookDue: [find_moments]})
    async with db.read() as session:
        looked = select(MomentLook.day).where(MomentLook.method != "")
        assert list((await session.exec(looked)).all()) == [TODAY.date()]


@pytest.mark.parametrize(
    ("before", "kind", "bounds", "expected"),
    [
        (None, "watch", (1, 9), Life(MomentState.WATCH, (1, 9), True)),
        (None, NEGATIVE, (6, 9), Life(MomentState.FOUND, (6, 9), True)),
        (Before(MomentState.WATCH, (1, 9)), NEGATIVE, (6, 9), Life(MomentState.FOUND, (6, 9), True)),
        (Before(MomentState.FOUND, (6, 9)), NEGATIVE, (5, 8), Life(MomentState.FOUND, (6, 9), False)),
        (Before(MomentState.FOUND, (6, 9)), "watch", (5, 8), Life(MomentState.FOUND, (6, 9), False)),
        (None, "carried_over", (6, 9), Life(MomentState.CLEARED, (6, 9), False)),
        (Before(MomentState.FOUND, (6, 9)), "carried_over", (5, 8), Life(MomentState.CLEARED, (5, 8), True)),
        (Before(MomentState.ACTED_ON, (6, 9)), "carried_over", (5, 8), Life(MomentState.ACTED_ON, (6, 9), False)),
        (Before(MomentState.CLEARED, (1, 9)), "watch", (1, 9), Life(MomentState.WATCH, (1, 9), False)),
        (Before(MomentState.CLEARED, (1, 9)), NEGATIVE, (6, 9), Life(MomentState.FOUND, (6, 9), True)),
        (Before(MomentState.ACTED_ON, (6, 9)), NEGATIVE, (10, 14), Life(MomentState.WORSE, (10, 14), True)),
        (Before(MomentState.ACTED_ON, (6, 9)), RECOVERED, (-1, 2), Life(MomentState.RECOVERED, (6, 9), True)),
        (Before(MomentState.RECOVERED, (6, 9)), RECOVERED, (-1, 2), Life(MomentState.RECOVERED, (6, 9), False)),
        (Before(MomentState.RECOVERED, (6, 9)), NEGATIVE, (-1, 7), Life(MomentState.RECOVERED, (6, 9), False)),
        (Before(MomentState.RECOVERED, (6, 9)), NEGATIVE, (3, 7), Life(MomentState.WORSE, (3, 7), True)),
    ],
)
def test_the_life_of_a_moment(before: Before | None, kind: str, bounds: tuple[float, float], expected: Life) -> None:
    assert next_life(before, kind, bounds) == expected
