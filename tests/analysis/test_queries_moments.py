"""Who sees which moment of truth: Alice sees all customers, Bob sees north, Charlie sees a customer without moments."""

from datetime import date
from typing import Any

import pytest

from analysis.models import Moment, MomentFigure, MomentState
from analysis.queries.moments import history, moment, moments
from analysis.service.moments import mark_acted_on
from core.db import Database

ALICE, BOB, CHARLIE = None, frozenset({"north", "west"}), frozenset({"elsewhere"})
DAY = date(2026, 3, 31)


def part(loss: float, persons: int, passes: int = 100) -> dict[str, Any]:
    return {
        "persons": persons,
        "part": {"loss": loss, "error": 0.02, "per_journey": loss / 2, "passes": passes, "n": passes // 2},
    }


def found(touchpoint: str, rank: int, **changed: Any) -> Moment:
    plain: dict[str, Any] = {
        "kind": "negative_moment_of_truth",
        "state": MomentState.FOUND,
        "loss_per_100_visits": 12.0,
        "ci_low": 6.0,
        "ci_high": 18.0,
        "loss_per_100_journeys": 3.0,
        "n": 400,
        "persons": 40,
        "first_detected": DAY,
        "looked_on": DAY,
        "method": "moments-1",
        "figures": {"effect": 0.4},
    }
    return Moment(touchpoint=touchpoint, rank=rank, **plain | changed)


async def stored(db: Database, *rows: Moment) -> list[Moment]:
    async with db.write() as session:
        session.add_all(rows)
    return list(rows)


async def seen_by(db: Database, scope: frozenset[str] | None) -> list[tuple[str, float]]:
    async with db.read() as session:
        return [(one.touchpoint, one.loss.per_100_visits) for one in await moments(session, scope)]


async def test_everybodys_moment_is_told_by_what_ones_own_customers_lose(db: Database) -> None:
    shares = {"north": part(0.10, 9), "west": part(0.30, 9, passes=300), "south": part(0.9, 9)}
    await stored(db, found("wait-for-help", 1, by_customer=shares))
    assert await seen_by(db, ALICE) == [("wait-for-help", 12.0)]
    assert await seen_by(db, BOB) == [("wait-for-help", 25.0)]
    assert await seen_by(db, CHARLIE) == []


async def test_a_customer_of_few_people_is_no_part_of_it(db: Database) -> None:
    await stored(db, found("wait-for-help", 1, by_customer={"north": part(0.10, 9), "west": part(0.30, 4)}))
    assert await seen_by(db, BOB) == [("wait-for-help", 10.0)]
    assert await seen_by(db, frozenset({"west"})) == []


async def test_a_moment_of_one_customer_is_seen_by_nobody_elses_manager(db: Database) -> None:
    [row] = await stored(db, found("order-laptop", 1, dimension="customer", value="north", by_customer={}))
    assert await seen_by(db, BOB) == [("order-laptop", 12.0)]
    assert await seen_by(db, CHARLIE) == []
    async with db.read() as session:
        assert await moment(session, CHARLIE, row.id) is None
        assert await history(session, CHARLIE, row.id) == []


async def test_a_moment_of_too_few_people_is_seen_by_nobody(db: Database) -> None:
    await stored(db, found("order-laptop", 1, persons=3))
    assert await seen_by(db, ALICE) == []


async def test_history_tells_the_numbers_of_each_day_in_the_same_scope(db: Database) -> None:
    [row] = await stored(db, found("wait-for-help", 1, by_customer={"north": part(0.10, 9)}))
    shared = {"kind": row.kind, "state": row.state, "method": "moments-1", "bad_share": 0.2, "effect": 0.4, "n": 100}
    numbers = {"ci_low": 1.0, "ci_high": 9.0, "loss_per_100_journeys": 1.0}
    async with db.write() as session:
        for day, loss in ((date(2026, 2, 28), 5.0), (DAY, 12.0)):
            mine = {"north": part(loss / 200, 9)}
            point = shared | numbers | {"loss_per_100_visits": loss, "by_customer": mine}
            session.add(MomentFigure(moment_id=row.id, looked_on=day, **point))
    async with db.read() as session:
        assert [point.loss.per_100_visits for point in await history(session, ALICE, row.id)] == [5.0, 12.0]
        assert [point.loss.per_100_visits for point in await history(session, BOB, row.id)] == [2.5, 6.0]


async def test_a_moment_is_acted_on_once(db: Database) -> None:
    [row] = await stored(db, found("wait-for-help", 1))
    async with db.write() as session:
        assert await mark_acted_on(session, row.id)
        assert not await mark_acted_on(session, row.id)
    async with db.read() as session:
        seen = await moment(session, ALICE, row.id)
    assert seen
    assert seen.state is MomentState.ACTED_ON
    assert seen.acted_on_at


@pytest.mark.parametrize("state", [MomentState.FOUND, MomentState.WATCH])
async def test_states_are_asked_for(db: Database, state: MomentState) -> None:
    await stored(db, found("a", 1, state=MomentState.FOUND), found("b", 2, state=MomentState.WATCH))
    async with db.read() as session:
        assert [one.state for one in await moments(session, ALICE, [state])] == [state]
