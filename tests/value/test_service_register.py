from datetime import UTC, date, datetime

import pytest

from core import clock
from core.db import Database
from core.errors import Conflict, Invalid, NotFound
from core.outbox import drain_all
from tests.value.story import FIELDS, START, company_with_a_past
from value.models import Audience, Improvement, State
from value.queries import improvements as queries
from value.schemas.measuring import Method, VerdictKind
from value.schemas.register import Wish
from value.service import register, steps
from value.service.viewing import detail, entries
from web.worker import SUBSCRIPTIONS

ACME, GLOBEX = frozenset(["acme"]), frozenset(["globex"])
LATER = datetime(2026, 7, 5, 9, tzinfo=UTC)


async def registered(db: Database, places: list[str], **fields: object) -> Improvement:
    given = {**FIELDS, "touchpoints": places[:1], "audience": Audience.CUSTOMERS, **fields}
    with clock.at(START):
        async with db.write() as session:
            return await register.register(session, "alice", given, ["acme"])


async def moved(db: Database, one: Improvement, *states: State, day: date | None = None) -> Improvement:
    for state in states:
        async with db.write() as session:
            one = await steps.move(session, ACME, one.id, "alice", state, await version(db, one), day)
    return one


async def version(db: Database, one: Improvement) -> int:
    async with db.read() as session:
        found = await queries.improvement(session, None, one.id)
    assert found
    return found.version


async def done(db: Database, places: list[str], **fields: object) -> Improvement:
    one = await registered(db, places, **fields)
    with clock.at(START):
        return await moved(db, one, State.PLANNED, State.DOING, State.DONE)


async def judged(db: Database, one: Improvement) -> Improvement:
    with clock.at(LATER):
        await drain_all(db, SUBSCRIPTIONS)
        await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        found = await queries.improvement(session, None, one.id)
    assert found
    return found


async def test_what_helped_is_found_to_have_helped(db: Database) -> None:
    places = await company_with_a_past(db, 18)
    one = await judged(db, await done(db, places))
    assert one.state == State.MEASURED
    assert one.verdict["kind"] == VerdictKind.HELPED
    assert one.verdict["used"] == Method.TOUCHPOINTS
    assert one.verdict["compared"] == 6
    assert 30 < one.verdict["low"] < 50 < one.verdict["high"] < 70


async def test_what_did_nothing_is_not_said_to_have_helped(db: Database) -> None:
    places = await company_with_a_past(db, 18, better=(25, 50))
    one = await judged(db, await done(db, places))
    assert one.verdict["kind"] in (VerdictKind.NO_EFFECT, VerdictKind.TOO_EARLY)


async def test_without_anything_to_compare_with_it_is_an_interrupted_series(db: Database) -> None:
    places = await company_with_a_past(db, 18)
    one = await judged(db, await done(db, places, method=Method.SERIES))
    assert (one.verdict["kind"], one.verdict["used"]) == (VerdictKind.HELPED, Method.SERIES)


async def test_a_verdict_stays_when_people_and_answers_go(db: Database) -> None:
    places = await company_with_a_past(db, 18)
    one = await judged(db, await done(db, places))
    with clock.at(LATER):
        async with db.read() as session:
            before = await detail(session, ACME, one.id)
    from sqlalchemy import delete

    from analysis.models import Experience, PublishedSum, RollupMonth

    async with db.write() as session:
        for table in (PublishedSum, RollupMonth, Experience):
            await session.exec(delete(table))
    with clock.at(LATER):
        async with db.read() as session:
            after = await detail(session, ACME, one.id)
    assert (after.entry.verdict, after.picture) == (before.entry.verdict, before.picture)


async def test_a_stranger_finds_nothing(db: Database) -> None:
    places = await company_with_a_past(db, 1)
    one = await registered(db, places)
    async with db.write() as session:
        assert await entries(session, GLOBEX, Wish()) == []
        with pytest.raises(NotFound):
            await detail(session, GLOBEX, one.id)
        with pytest.raises(NotFound):
            await register.edit(session, GLOBEX, one.id, "charlie", {"title": "Mine"}, 1)


async def test_it_does_not_start_without_target_and_reason(db: Database) -> None:
    places = await company_with_a_past(db, 1)
    one = await registered(db, places, target=None, hypothesis="")
    one = await moved(db, one, State.PLANNED)
    with pytest.raises(Invalid) as refused:
        await moved(db, one, State.DOING)
    assert {error.field for error in refused.value.errors} == {"target", "hypothesis"}


async def test_what_was_registered_changes_only_in_the_open(db: Database) -> None:
    places = await company_with_a_past(db, 13)
    one = await registered(db, places)
    with clock.at(START):
        await moved(db, one, State.PLANNED, State.DOING)
        async with db.write() as session:
            with pytest.raises(Invalid, match="before the start"):
                await register.edit(session, ACME, one.id, "bob", {"target": 40.0}, await version(db, one))
        async with db.write() as session:
            reason = "The old target was a typing error"
            one = await register.edit(session, ACME, one.id, "bob", {"target": 40.0}, await version(db, one), reason)
    assert one.marks == [{"on": "2026-01-10", "by": "bob", "reason": reason, "fields": ["target"]}]


async def test_who_is_slower_overwrites_nothing(db: Database) -> None:
    places = await company_with_a_past(db, 1)
    one = await registered(db, places)
    async with db.write() as session:
        await register.edit(session, ACME, one.id, "alice", {"owner": "Alice"}, 1)
    async with db.write() as session:
        with pytest.raises(Conflict):
            await register.edit(session, ACME, one.id, "bob", {"owner": "Bob"}, 1)


async def test_the_last_change_can_be_taken_back_and_nothing_is_lost(db: Database) -> None:
    places = await company_with_a_past(db, 13)
    one = await registered(db, places, due_on=date(2026, 3, 1))
    with clock.at(START):
        await moved(db, one, State.PLANNED, State.DOING)
        async with db.write() as session:
            last = (await queries.edits_of(session, one.id))[0]
            back = await register.undo(session, ACME, one.id, "alice", last.id)
        assert (back.state, back.started_on, back.baseline) == (State.PLANNED, None, {})
        async with db.write() as session:
            with pytest.raises(Conflict):
                await register.undo(session, ACME, one.id, "alice", last.id)
        async with db.read() as session:
            kinds = [edit.kind for edit in await queries.edits_of(session, one.id)]
    assert kinds == ["undo", "state", "state", "created"]


async def test_what_could_not_be_told_is_measured_on_and_says_so(db: Database) -> None:
    places = await company_with_a_past(db, 13)
    one = await judged(db, await done(db, places))
    assert one.verdict["kind"] == VerdictKind.NO_DATA
    with clock.at(LATER):
        async with db.write() as session:
            one = await steps.measure_on(session, ACME, one.id, "alice", 3, one.version)
    assert (one.state, one.judge_after, one.marks[-1]["longer"]) == (State.DONE, 7, 3)
