"""The pages of moments of truth: Alice reads those of her customer, Charlie nothing of them."""

from datetime import date
from typing import Any

import pytest
import time_machine

from analysis.models import Moment, MomentFigure, MomentLook, MomentState
from core.db import Database
from tests.analysis.test_queries_moments import found
from tests.conftest import Visitor
from tests.support.company import TODAY, make_company

DAY = date(2026, 6, 1)
LOOK: dict[str, Any] = {"method": "moments-1", "announcing": True}


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def moment(db: Database) -> Moment:
    await make_company(db)
    row = found("approval", 1, dimension="customer", value="acme", since=DAY, since_from=DAY, since_until=TODAY.date())
    numbers = {"loss_per_100_visits": 12.0, "ci_low": 6.0, "ci_high": 18.0, "loss_per_100_journeys": 3.0}
    shared = {"kind": row.kind, "state": row.state, "bad_share": 0.2, "effect": 0.4, "n": 400}
    async with db.write() as session:
        session.add(row)
        await session.flush()
        for month, method in ((4, "moments-0"), (5, "moments-1"), (6, "moments-1")):
            day = date(2026, month, 1)
            session.add(MomentFigure(moment_id=row.id, looked_on=day, method=method, **shared, **numbers))
        session.add(MomentLook(day=DAY, report={"answers_needed": 7200, "journeys_with_end_answer": 0.01}, **LOOK))
    return row


async def test_nothing_found_is_said_with_what_is_missing(db: Database, alice: Visitor) -> None:
    await make_company(db)
    text = (await alice.http.get("/moments")).text
    assert "No moment of truth so far" in text
    assert "Nobody has looked yet" in text


async def test_alice_reads_the_moment_in_words_with_its_uncertainty(moment: Moment, alice: Visitor) -> None:
    text = (await alice.http.get("/moments")).text
    assert "At one place a bad experience lasts: Approval." in text
    assert "Bad visits take 3.0 points of 100 off how satisfied people end up (95%: 1.5 to 4.5)" in text
    assert "About 7,200 more answers would decide" in text
    assert "hardly ever answered" in text
    one = await alice.http.get(f"/moments/{moment.id}")
    assert one.status_code == 200
    assert f"/improvements/new?moment={moment.id}" in one.text
    assert one.text.count("<svg") >= 2
    assert "the customer Acme" in one.text
    assert "Counted by versions moments-0, moments-1 of the method" in one.text


async def test_charlie_sees_nothing_of_it(moment: Moment, charlie: Visitor) -> None:
    assert "Approval" not in (await charlie.http.get("/moments")).text
    assert (await charlie.http.get(f"/moments/{moment.id}")).status_code == 404


async def test_a_stranger_is_asked_to_sign_in(moment: Moment, visitor: Visitor) -> None:
    for path in ("/moments", f"/moments/{moment.id}"):
        assert (await visitor.http.get(path)).status_code == 303


BROUGHT = {
    "touchpoint": "delivery",
    "share": 0.6,
    "usual": 0.1,
    "points": 9.0,
    "ci95": [5.0, 13.0],
    "otherwise": 2.0,
    "otherwise_ci95": [-3.0, 7.0],
    "n": 300,
    "n_otherwise": 200,
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"state": MomentState.WATCH, "kind": "level_change"}, "More visits are bad than before"),
        ({"state": MomentState.RECOVERED, "kind": "recovered"}, "It cost something once"),
        ({"state": MomentState.CLEARED, "kind": "low_and_harmless"}, "less than would matter"),
        (
            {"state": MomentState.CLEARED, "kind": "carried_over", "figures": {"carried": BROUGHT}},
            "2.2 (95%: 1.2 to 3.2)",
        ),
        (
            {"wins": True, "kind": "positive_moment_of_truth", "loss_per_100_visits": -8.0},
            "add 2.0 points of 100",
        ),
    ],
)
async def test_each_kind_is_told_in_its_own_words(
    db: Database, alice: Visitor, changed: dict[str, Any], words: str
) -> None:
    await make_company(db)
    row = found("approval", 1, dimension="customer", value="acme", **changed)
    async with db.write() as session:
        session.add(row)
    for path in ("/moments", f"/moments/{row.id}"):
        assert words in (await alice.http.get(path)).text


async def test_programs_read_the_same(moment: Moment, alice: Visitor) -> None:
    told = (await alice.http.get("/api/v1/reports/moments")).json()
    [one] = told["moments"]
    assert (one["touchpoint"], one["segment"], one["ci95"]) == ("approval", {"customer": "acme"}, [6.0, 18.0])
    assert (told["versions"]["method"], told["looked_on"]) == ("moments-1", "2026-06-01")
