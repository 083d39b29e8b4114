"""Corrections for programs: Alice's program corrects and takes back, Charlie's finds nothing."""

from typing import Any

import pytest
import time_machine
from sqlmodel import select

from analysis.classifier import VERSION
from analysis.events import LearningAsked
from analysis.models import Comparison, Experience
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from core.ids import veiled
from core.outbox import Fact
from tests.analysis.test_routes_voices import MORE, SLOW, page, post
from tests.analysis.test_service_learning import an_old_head
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company
from tests.support.readings import corrections, experiences

API = "/api/v1/readings"


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def slow(db: Database) -> Experience:
    await make_company(db, [Says("approval", 25, text=text) for text in SLOW + MORE])
    return (await experiences(db))[0]


async def listed(visitor: Visitor, query: str = "") -> dict[str, Any]:
    answer = await visitor.http.get(f"{API}{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_readings_are_listed_as_the_gate_shows_them(slow: Experience, alice: Visitor, charlie: Visitor) -> None:
    found = await listed(alice)
    assert sorted(one["text"] for one in found["items"]) == sorted(SLOW + MORE)
    assert found["next"] is None
    one = next(one for one in found["items"] if one["text"] == SLOW[0])
    assert (one["label"], one["touchpoint"], one["month"]) == ("negative", "approval", "2026-06")
    assert one["mentions"][0]["touchpoint"] == "approval"
    assert not one["corrected"]
    assert (await listed(charlie))["items"] == []
    assert (await alice.http.get(f"{API}?service=nothing")).status_code == 404


async def test_a_program_corrects_lists_and_takes_back(db: Database, slow: Experience, alice: Visitor) -> None:
    one = next(one for one in (await listed(alice))["items"] if one["text"] == slow.comment)
    address = f"{API}/{one['id']}/corrections"
    right = {"mention": one["mentions"][0]["id"], "label": "neutral", "touchpoint": "access"}
    made = await alice.http.post(address, json=right)
    assert made.status_code == 201
    told = made.json()
    assert (told["label"], told["old_label"], told["touchpoint"]) == ("neutral", "negative", "access")
    assert (await alice.http.get(address)).json() == [told]
    assert (await alice.http.delete(f"{address}/{told['id']}")).status_code == 204
    (kept,) = (await alice.http.get(address)).json()
    assert kept["undone_at"] is not None
    assert (await experiences(db))[0].sentiment == slow.sentiment


@pytest.mark.parametrize("body", [{}, {"label": "angry"}, {"label": "neutral", "more": 1}, {"touchpoint": "x"}])
async def test_what_is_not_clear_is_refused_field_by_field(
    db: Database, slow: Experience, alice: Visitor, body: dict[str, Any]
) -> None:
    answer = await alice.http.post(f"{API}/{veiled('reading', slow.id)}/corrections", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert await corrections(db) == []


async def test_charlie_gets_the_same_404_as_for_nothing(slow: Experience, alice: Visitor, charlie: Visitor) -> None:
    address = f"{API}/{veiled('reading', slow.id)}/corrections"
    made = (await alice.http.post(address, json={"label": "neutral"})).json()
    nothing = (await charlie.http.get(f"{API}/{slow.id}/corrections")).json()
    for answer in (
        await charlie.http.get(address),
        await charlie.http.post(address, json={"label": "neutral"}),
        await charlie.http.delete(f"{address}/{made['id']}"),
    ):
        assert (answer.status_code, answer.json()) == (404, nothing)


async def test_an_integration_may_not_read_comments(db: Database, helpdesk: Any) -> None:
    assert (await helpdesk.get(API)).status_code == 403


# ---- the page of the reader ----


@pytest.fixture
async def admin(db: Database, visitor: Visitor) -> Visitor:
    async with db.write() as session:
        await auth.add_user(session, "ada@touchstone.example", "correct horse battery staple", Role.ADMIN, [])
    await visitor.sign_in("ada@touchstone.example")
    return visitor


async def facts(db: Database) -> list[str]:
    async with db.read() as session:
        return [one.name for one in (await session.exec(select(Fact))).all()]


async def test_an_administrator_has_it_learn_and_read_again(db: Database, slow: Experience, admin: Visitor) -> None:
    assert "Learn now" not in await page(admin, "/classifier"), "there is nothing new"
    await post(admin, f"/voices/{veiled('reading', slow.id)}/corrections", label="neutral")
    text = await page(admin, "/classifier")
    assert "1 new; at 20 it learns by itself" in text
    answer = await post(admin, "/classifier/learn")
    assert "Learning has begun" in await page(admin, answer.headers["location"])
    assert LearningAsked.__name__ in await facts(db)


async def test_promoting_and_rolling_back_what_is_not_there_says_so(db: Database, admin: Visitor) -> None:
    await make_company(db)
    async with db.write() as session:
        session.add(an_old_head())
    assert "2020.1+4" in await page(admin, "/classifier")
    assert (await post(admin, "/classifier/promote", version="2020.1+4")).status_code == 404
    assert (await post(admin, "/classifier/rollback")).status_code == 409
    assert (await post(admin, "/classifier/compare", version="")).status_code == 404
    assert (await post(admin, "/classifier/promote", version=VERSION)).status_code == 303


async def test_a_comparison_shows_no_small_counts(db: Database, admin: Visitor) -> None:
    await make_company(db)
    labels = [{"from": "negative", "to": "neutral", "n": 12}, {"from": "neutral", "to": "positive", "n": 2}]
    met = {"n": 9, "present": 4, "other": 7}
    found = {
        "present": VERSION, "other": "x", "since": "2026-05-16", "comments": 90, "labels_changed": 14, "labels": labels,
        "touchpoints_changed": 6, "touchpoints_gained": {"access": 6}, "touchpoints_lost": {"delivery": 3},
        "corrected": {"labels": met, "touchpoints": met | {"n": 0}},
    }  # fmt: skip
    async with db.write() as session:
        session.add(Comparison(present=VERSION, other="x", asked_at=TODAY, found=found))
    text = (await page(admin, "/classifier")).split("Which way labels change", 1)[1]
    assert ">12<" in text
    assert ">2<" not in text
    assert ">3<" not in text
    assert "&lt;5" in text


@pytest.mark.parametrize("what", ["learn", "promote", "rollback", "read-again", "compare"])
async def test_alice_looks_and_changes_nothing(db: Database, alice: Visitor, what: str) -> None:
    await make_company(db)
    assert f"/classifier/{what}" not in await page(alice, "/classifier")
    assert (await post(alice, f"/classifier/{what}", version=VERSION)).status_code == 403
